import type { EscalationReason } from "../domain.ts";

/** What code itself says to a customer, in the languages it has. Everything else falls back to English. */
interface Phrases {
  readonly escalated: Readonly<Record<EscalationReason, string>>;
  readonly reference: (ticket: string) => string;
  readonly waitMinutes: (minutes: number) => string;
  readonly waitHours: (hours: number) => string;
  readonly waitUnknown: string;
  readonly outOfHours: (when: string) => string;
  readonly passedOn: string;
  readonly limited: string;
  readonly welcome: string;
  readonly resolved: string;
  readonly handedBack: string;
  readonly rated: string;
  readonly unhelpful: string;
  readonly nothingToRead: string;
  readonly joined: (name: string) => string;
}

const en: Phrases = {
  escalated: {
    customer_request: "Of course. I'm handing this to a person from our team; they will answer right here.",
    policy_exception:
      "This needs a decision by a person, so I have handed it to our team; they will answer right here.",
    low_confidence:
      "I don't have a reliable answer to this, so I have handed it to a person from our team; they will answer right here.",
    repeated_frustration:
      "I'm sorry this has been so frustrating. A person from our team takes over now and will answer right here.",
    complex_technical:
      "This needs a closer look than I can give it, so I have handed it to a person from our team; they will answer right here.",
  },
  reference: (ticket) => `Your reference is ${ticket}.`,
  waitMinutes: (n) => `Lately it has taken about ${n} minute${n === 1 ? "" : "s"} until someone was there.`,
  waitHours: (n) => `Lately it has taken about ${n} hour${n === 1 ? "" : "s"} until someone was there.`,
  waitUnknown: "I can't yet say how long that takes; you don't need to stay, the answer will be here.",
  outOfHours: (when) => `The team is back ${when}.`,
  passedOn: "Thanks, I have passed this on to the team; they read everything you write here.",
  limited:
    "That was a lot of messages at once. Please wait a minute, then tell me in one message what you need.",
  welcome: "You're welcome! Just write again if anything else comes up.",
  resolved: "This is marked as resolved. How did we do? A rating from 1 to 5 helps us.",
  handedBack: "I'm back with you and have read everything above. What else can I do?",
  rated: "Thank you for the rating!",
  unhelpful: "Sorry that it did not help. Tell me what is missing, or write that you want a person.",
  nothingToRead: "I'm here. Tell me in a few words what you need, and I'll look it up.",
  joined: (name) => `${name} from our team is here and will answer you.`,
};

const de: Phrases = {
  escalated: {
    customer_request: "Gern. Ich gebe das an einen Menschen aus unserem Team weiter; die Antwort kommt hier.",
    policy_exception:
      "Das muss ein Mensch entscheiden; ich habe es an unser Team weitergegeben. Die Antwort kommt hier.",
    low_confidence:
      "Darauf habe ich keine verlässliche Antwort; ich habe es an unser Team weitergegeben. Die Antwort kommt hier.",
    repeated_frustration:
      "Es tut mir leid, dass das so mühsam war. Jetzt übernimmt ein Mensch aus unserem Team und antwortet hier.",
    complex_technical:
      "Das muss sich jemand genauer ansehen; ich habe es an unser Team weitergegeben. Die Antwort kommt hier.",
  },
  reference: (ticket) => `Ihre Vorgangsnummer ist ${ticket}.`,
  waitMinutes: (n) => `Zuletzt hat es etwa ${n} Minute${n === 1 ? "" : "n"} gedauert, bis jemand da war.`,
  waitHours: (n) => `Zuletzt hat es etwa ${n} Stunde${n === 1 ? "" : "n"} gedauert, bis jemand da war.`,
  waitUnknown:
    "Wie lange das dauert, kann ich noch nicht sagen; Sie müssen nicht warten, die Antwort steht dann hier.",
  outOfHours: (when) => `Das Team ist wieder da: ${when}.`,
  passedOn: "Danke, das habe ich dem Team weitergegeben; es liest alles mit, was Sie hier schreiben.",
  limited:
    "Das waren viele Nachrichten auf einmal. Bitte warten Sie eine Minute und schreiben Sie dann in einer Nachricht, worum es geht.",
  welcome: "Gern geschehen! Schreiben Sie einfach wieder, wenn noch etwas ist.",
  resolved: "Der Vorgang ist als gelöst markiert. Wie war es? Eine Bewertung von 1 bis 5 hilft uns.",
  handedBack: "Ich bin wieder für Sie da und habe alles oben gelesen. Was kann ich noch tun?",
  rated: "Vielen Dank für die Bewertung!",
  unhelpful:
    "Schade, dass es nicht geholfen hat. Schreiben Sie, was fehlt, oder dass Sie einen Menschen sprechen möchten.",
  nothingToRead: "Ich bin da. Schreiben Sie mir kurz, worum es geht, dann sehe ich nach.",
  joined: (name) => `${name} aus unserem Team ist da und antwortet Ihnen.`,
};

const es: Phrases = {
  escalated: {
    customer_request: "Por supuesto. Paso esto a una persona de nuestro equipo; le responderá aquí mismo.",
    policy_exception:
      "Esto lo debe decidir una persona; lo he pasado a nuestro equipo y le responderá aquí mismo.",
    low_confidence:
      "No tengo una respuesta fiable; lo he pasado a una persona de nuestro equipo y le responderá aquí mismo.",
    repeated_frustration:
      "Siento que haya sido tan frustrante. Una persona de nuestro equipo se encarga ahora y le responderá aquí mismo.",
    complex_technical:
      "Esto necesita un examen más detallado; lo he pasado a nuestro equipo y le responderá aquí mismo.",
  },
  reference: (ticket) => `Su referencia es ${ticket}.`,
  waitMinutes: (n) => `Últimamente se ha tardado unos ${n} minuto${n === 1 ? "" : "s"} en atender.`,
  waitHours: (n) => `Últimamente se ha tardado unas ${n} hora${n === 1 ? "" : "s"} en atender.`,
  waitUnknown: "Todavía no puedo decir cuánto tardará; no hace falta que espere, la respuesta llegará aquí.",
  outOfHours: (when) => `El equipo vuelve: ${when}.`,
  passedOn: "Gracias, lo he pasado al equipo; leen todo lo que escribe aquí.",
  limited: "Han sido muchos mensajes a la vez. Espere un minuto y dígame en un solo mensaje qué necesita.",
  welcome: "¡De nada! Escriba de nuevo si surge algo más.",
  resolved: "Esto queda como resuelto. ¿Qué tal lo hicimos? Una nota del 1 al 5 nos ayuda.",
  handedBack: "Vuelvo a estar con usted y he leído todo lo anterior. ¿Qué más puedo hacer?",
  rated: "¡Gracias por su valoración!",
  unhelpful: "Siento que no haya servido. Dígame qué falta, o escriba que quiere hablar con una persona.",
  nothingToRead: "Aquí estoy. Dígame en pocas palabras qué necesita y lo busco.",
  joined: (name) => `${name}, de nuestro equipo, ya está aquí y le responderá.`,
};

const fr: Phrases = {
  escalated: {
    customer_request: "Bien sûr. Je transmets à une personne de notre équipe, qui vous répondra ici.",
    policy_exception: "Une personne doit en décider ; j'ai transmis à notre équipe, qui vous répondra ici.",
    low_confidence:
      "Je n'ai pas de réponse fiable ; j'ai transmis à une personne de notre équipe, qui vous répondra ici.",
    repeated_frustration:
      "Je suis désolé que ce soit si pénible. Une personne de notre équipe prend le relais et vous répondra ici.",
    complex_technical:
      "Cela demande un examen plus approfondi ; j'ai transmis à notre équipe, qui vous répondra ici.",
  },
  reference: (ticket) => `Votre référence est ${ticket}.`,
  waitMinutes: (n) => `Ces derniers temps, il a fallu environ ${n} minute${n === 1 ? "" : "s"} d'attente.`,
  waitHours: (n) => `Ces derniers temps, il a fallu environ ${n} heure${n === 1 ? "" : "s"} d'attente.`,
  waitUnknown: "Je ne peux pas encore dire combien de temps cela prendra ; la réponse arrivera ici.",
  outOfHours: (when) => `L'équipe est de retour : ${when}.`,
  passedOn: "Merci, j'ai transmis à l'équipe ; elle lit tout ce que vous écrivez ici.",
  limited:
    "Cela fait beaucoup de messages d'un coup. Patientez une minute, puis dites-moi en un message ce qu'il vous faut.",
  welcome: "Je vous en prie ! Écrivez-nous si autre chose se présente.",
  resolved: "C'est noté comme résolu. Comment était-ce ? Une note de 1 à 5 nous aide.",
  handedBack: "Je suis de retour et j'ai tout lu ci-dessus. Que puis-je faire d'autre ?",
  rated: "Merci pour votre note !",
  unhelpful:
    "Désolé que cela n'ait pas aidé. Dites-moi ce qui manque, ou écrivez que vous voulez parler à une personne.",
  nothingToRead: "Je suis là. Dites-moi en quelques mots ce qu'il vous faut, je regarde.",
  joined: (name) => `${name}, de notre équipe, est là et va vous répondre.`,
};

const byLanguage: Readonly<Record<string, Phrases>> = { en, de, es, fr };

export function phrasesIn(language: string): Phrases {
  return byLanguage[language] ?? en;
}
