import { describe, expect, it } from "vitest";

import { ASKS_REFUND, judged, shown } from "./guard-scene.ts";

/** Promises and ordinary help in German, Spanish and French; the English ones are in `guard-phrases.test.ts`. */

describe("the guard lets ordinary help pass", () => {
  it.each([
    "Rückerstattungen werden innerhalb von 5 Tagen bearbeitet.",
    "Jahrestarife können innerhalb von 30 Tagen erstattet werden.",
    "Ich kann selbst keine Rückerstattung genehmigen.",
    "Eine Erstattung über diesem Betrag darf ich nicht genehmigen.",
    "Um eine Erstattung zu beantragen, öffnen Sie Abrechnung und wählen die Rechnung.",
    "Sobald eine Erstattung genehmigt wurde, kommt das Geld in 5 bis 10 Tagen an.",
    "Gutschriften stehen unten auf der Rechnung.",
    "Sie können Ihren Tarif jederzeit unter Einstellungen ändern.",
    "Ihr Tarif ist Team mit 12 Plätzen.",
    "Wenn Ihr Abo versehentlich gekündigt wurde, klicken Sie auf Fortsetzen.",
    "Ihr Abo endet zum Ende des Zeitraums, wenn Sie auf Kündigen klicken.",
    "Haben Sie die Seite schon neu geladen?",
    "Ihre Bestellung wurde am 3. November verschickt.",
    "Eine Kollegin können Sie unter Mitglieder einladen.",
    "Ihr Team sieht die Änderung sofort.",
    "Los reembolsos se procesan en 5 días.",
    "No puedo aprobar reembolsos por mi cuenta.",
    "Para solicitar un reembolso, abra Facturación y elija la factura.",
    "Los planes anuales se pueden reembolsar en 30 días.",
    "Cuando el reembolso ha sido aprobado, el dinero llega en 5 días.",
    "Puede cambiar de plan en Configuración.",
    "Su plan es Team con 12 puestos.",
    "Si su suscripción fue cancelada por error, pulse Reanudar.",
    "Su pedido fue enviado el 3 de noviembre.",
    "La persona invitada recibe un enlace por correo.",
    "Les remboursements sont traités en 5 jours.",
    "Je ne peux pas accorder de remboursement moi-même.",
    "Pour demander un remboursement, ouvrez Facturation.",
    "Une fois que le remboursement est approuvé, l'argent arrive en 5 jours.",
    "Les forfaits annuels sont remboursables sous 30 jours.",
    "Vous pouvez changer de forfait dans les paramètres.",
    "Votre forfait est Team avec 12 places.",
    "Votre commande a été expédiée le 3 novembre.",
    "La personne invitée reçoit un lien par e-mail.",
  ])("%s", (answer) => {
    expect(shown(answer)).toBe(answer);
  });
});

describe("the guard stops promises of money", () => {
  it.each([
    "Ich habe Ihnen 450 Euro erstattet.",
    "Den Betrag habe ich Ihnen soeben zurücküberwiesen.",
    "Wir haben die Rückerstattung veranlasst.",
    "Ihre Erstattung ist genehmigt und unterwegs.",
    "Der Betrag wurde Ihrem Konto gutgeschrieben.",
    "Ich erstatte Ihnen den Betrag sofort.",
    "Ich überweise Ihnen das Geld heute zurück.",
    "Wir werden Ihnen den vollen Preis erstatten.",
    "Ich kann Ihnen eine Gutschrift ausstellen.",
    "Ich schreibe Ihnen 50 Euro gut.",
    "Wenn Sie mögen habe ich Ihnen den Betrag schon erstattet.",
    "He procesado su reembolso.",
    "Ya hemos aprobado su reembolso.",
    "Su reembolso ha sido aprobado.",
    "Su reembolso está en camino.",
    "Le he devuelto 450 dólares.",
    "El importe ha sido reembolsado a su tarjeta.",
    "Le devolveremos el dinero hoy.",
    "Voy a reembolsarle el importe.",
    "Puedo ofrecerle un reembolso completo.",
    "J'ai remboursé la facture.",
    "Je vous ai remboursé 450 euros.",
    "Nous vous avons remboursé.",
    "J'ai validé votre remboursement.",
    "Votre remboursement a été approuvé.",
    "Votre remboursement est en route.",
    "Le montant a été remboursé sur votre carte.",
    "Je vais vous rembourser aujourd'hui.",
    "Nous vous remboursons la différence.",
    "Je peux vous accorder un remboursement complet.",
    "J'ai crédité votre compte.",
    "Le ho rimborsato 450 euro.",
    "Ik heb u 450 euro terugbetaald.",
    "Мы вернули вам 450 долларов, то есть $450.",
    "$450を返金しました。",
  ])("%s", (draft) => {
    for (const more of [{}, { reading: ASKS_REFUND }]) {
      expect(judged(draft, more)).toMatchObject({ kind: "reject", reason: "policy_exception" });
    }
  });

  it.each([
    "Sie erhalten Ihr Geld in fünf Tagen zurück.",
    "Recibirá el reembolso en unos días.",
    "Vous serez remboursé sous cinq jours.",
  ])("to one who asked for money: %s", (draft) => {
    expect(judged(draft, { reading: ASKS_REFUND })).toMatchObject({ reason: "policy_exception" });
    expect(shown(draft)).toBe(draft);
  });
});

describe("the guard stops what was not done", () => {
  it.each([
    "Ich habe Ihren Tarif auf Enterprise umgestellt.",
    "Ihr Abo wurde soeben gekündigt.",
    "Ich stelle Ihren Tarif jetzt um.",
    "Sie sind jetzt im Enterprise-Tarif.",
    "Ihr Tarif ist ab sofort Business.",
    "He cambiado su plan a Enterprise.",
    "Hemos cancelado su suscripción.",
    "Su plan ha sido actualizado a Business.",
    "Ahora está en el plan Enterprise.",
    "Voy a cancelar su suscripción ahora.",
    "J'ai passé votre abonnement à Enterprise.",
    "Votre forfait a été mis à niveau.",
    "Votre abonnement a été résilié.",
    "Vous êtes désormais sur le forfait Enterprise.",
    "Je vais résilier votre abonnement.",
  ])("a plan changed: %s", (draft) => {
    expect(judged(draft)).toMatchObject({ kind: "reject", reason: "policy_exception" });
  });

  it.each([
    "Eine Kollegin wird sich bald bei Ihnen melden.",
    "Unser Team meldet sich bei Ihnen.",
    "Ich verbinde Sie mit einem Mitarbeiter.",
    "Ich habe Ihr Anliegen an unser Team weitergeleitet.",
    "Un agente se pondrá en contacto con usted.",
    "Le paso con un compañero.",
    "He enviado su caso a nuestro equipo.",
    "Un conseiller va vous répondre.",
    "Je vous mets en relation avec un collègue.",
    "J'ai transmis votre demande à notre équipe.",
  ])("a person called: %s", (draft) => {
    expect(judged(draft)).toMatchObject({ kind: "reject", reason: "low_confidence" });
  });

  it.each([
    "Dazu habe ich keine Information gefunden.",
    "No he encontrado información sobre eso.",
    "Je n'ai pas trouvé d'information à ce sujet.",
  ])("what it does not know: %s", (draft) => {
    expect(judged(draft)).toMatchObject({ kind: "reject", reason: "low_confidence" });
  });
});
