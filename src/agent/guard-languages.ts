import { plainLetters } from "./look-alikes.ts";

/**
 * What `guard-phrases.ts` says of English, in German, Spanish and French. Patterns are tried in any case, over one
 * sentence; `test/agent/guard-languages.test.ts` holds wordings on both sides of the line.
 */

/** German puts the thing between "haben" and what was done with it. */
const UNTIL = String.raw`[^.!?\n;]{0,60}?`;

const DE_BACK = String.raw`(?:zurück)?(?:erstattet|gezahlt|überwiesen|gebucht)|gutgeschrieben|vergütet`;
const DE_REFUND = String.raw`(?:rück)?erstattung|gutschrift|rückzahlung|entschädigung|rabatt`;
const DE_ORDERED = String.raw`veranlasst|genehmigt|ausgelöst|angewiesen|eingeleitet|bewilligt|freigegeben|bearbeitet|ausgestellt|gewährt|durchgeführt`;
const ES_BACK = String.raw`reembolsad[oa]s?|devuelto|abonad[oa]s?|compensad[oa]s?|reintegrad[oa]s?`;
const ES_DONE = String.raw`aprobad|procesad|emitid|autorizad|tramitad|gestionad|iniciad|realizad|concedid|efectuad|confirmad`;
const ES_REFUND = String.raw`reembolso|devolución|abono|reintegro|crédito|descuento`;
const FR_BACK = String.raw`remboursée?s?|recréditée?s?|dédommagée?s?`;
const FR_DONE = String.raw`approuvé|validé|émis|effectué|accordé|initié|lancé|traité|autorisé|confirmé|procédé`;
const FR_REFUND = String.raw`remboursement|avoir|dédommagement|remise`;

export const REFUND_DONE_ELSEWHERE: readonly RegExp[] = [
  new RegExp(String.raw`\bhaben? (?:ich|wir)?${UNTIL}\b(?:${DE_BACK})(?![\p{L}])`, "iu"),
  new RegExp(
    String.raw`\bhaben? (?:ich|wir)?${UNTIL}(?:${DE_REFUND})${UNTIL}\b(?:${DE_ORDERED})(?![\p{L}])`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:ihre|deine|die|eine|diese) (?:\p{L}+ )?(?:${DE_REFUND})${UNTIL}\b(?:ist|wurde|wird gerade)\b${UNTIL}(?:${DE_ORDERED}|unterwegs)(?![\p{L}])`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:betrag|geld|summe|euro|dollar|€|\$)(?![\p{L}])${UNTIL}\b(?:wurden?|ist|sind)\b${UNTIL}(?:${DE_BACK})(?![\p{L}])`,
    "iu",
  ),
  /\b(?:ich|wir) (?:erstatten?|vergüten?) (?:ihnen|dir|euch|den|das|die|alles)|\b(?:erstatten?|überweisen?|zahlen?|schreiben?) (?:ich|wir) (?:ihnen|dir|euch|den|das|die)\b/iu,
  /\b(?:ich|wir) (?:überweisen?|zahlen?|geben?|buchen?|senden?|schicken?) (?:ihnen|dir|euch)[^.!?\n]{0,50}(?:zurück)(?!\p{L})|\b(?:ich|wir) schreiben? (?:ihnen|dir|euch)[^.!?\n]{0,50} gut(?!\p{L})/iu,
  new RegExp(
    String.raw`\b(?:ich|wir) (?:werden?|kann|können) (?:ihnen|dir|euch|den|das|die)${UNTIL}(?:erstatten|zurückzahlen|zurücküberweisen|gutschreiben|vergüten|${DE_REFUND}${UNTIL}(?:geben|gewähren|anbieten|ausstellen|veranlassen|genehmigen))(?![\p{L}])`,
    "iu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:h?e|hemos|ha sido|han sido|fue|fueron) (?:ya |sido )?(?:${ES_BACK})(?!\p{L})`,
    "iu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:he|hemos) (?:ya )?(?:(?:${ES_DONE})o|hecho|dado) (?:\p{L}+ ){0,2}(?:${ES_REFUND})`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:su|tu|el|la|un|una) (?:${ES_REFUND})${UNTIL}(?<!\p{L})(?:ha sido|fue|está|esta|queda|va) (?:ya )?(?:(?:${ES_DONE})[oa]|en camino|en curso|de camino)`,
    "iu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:le|te|les|os|lo)?(?: |^)(?:reembolsaré|reembolsaremos|devolveré|devolveremos|abonaré|abonaremos|reembolso ahora)(?!\p{L})|\b(?:voy|vamos) a (?:reembolsar|devolver|abonar|compensar)(?:le|te|les)?(?!\p{L})`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:puedo|podemos) (?:ofrecer|dar|conceder)(?:le|te|les)? (?:\p{L}+ ){0,2}(?:${ES_REFUND})`,
    "iu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:j'ai|avons|vous ai|t'ai|avez été|a été|ont été|vient d'être) (?:bien |déjà |intégralement |entièrement )?(?:${FR_BACK})(?!\p{L})`,
    "iu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:j'ai|avons|vous ai) (?:\p{L}+ ){0,1}?(?:${FR_DONE})e?s?(?: à| au)? (?:\p{L}+ ){0,2}(?:${FR_REFUND})(?!\p{L})`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:votre|ton|le|un|ce) (?:\p{L}+ )?(?:${FR_REFUND})${UNTIL}(?<!\p{L})(?:a été|est|vient d'être) (?:\p{L}+ )?(?:(?:${FR_DONE})|en cours|en route|en chemin)`,
    "iu",
  ),
  /\b(?:je|nous) (?:vous |te )?(?:rembourse|remboursons|rembourserai|rembourserons)(?!\p{L})|\b(?:vais|allons) (?:vous |te )?(?:rembourser|recréditer|dédommager|créditer)/iu,
  new RegExp(
    String.raw`\b(?:je|nous) (?:peux|pouvons|vous) (?:vous )?(?:offrir|accorder|proposer|accorde|accordons|offre|offrons) (?:\p{L}+ ){0,2}(?:${FR_REFUND})`,
    "iu",
  ),
  /(?<!\p{L})(?:j'ai|nous avons) (?:\p{L}+ )?crédité (?:votre|ton|le|la)/iu,
];

export const REFUND_AHEAD_ELSEWHERE: readonly RegExp[] = [
  /\b(?:sie|du|ihr|ihnen|dir) (?:erhalten|bekommen|erhältst|bekommst|wird|werden)[^.!?\n]{0,50}(?:zurück|erstatt|gutgeschrieben)|\b(?:erhalten|bekommen|bekommst|erhältst) (?:sie|du)[^.!?\n]{0,50}(?:zurück|erstatt|gutschrift)/iu,
  /\b(?:recibirá|recibirás|tendrá|tendrás)[^.!?\n]{0,50}(?:reembols|devoluci|de vuelta)|\bse le (?:reembolsará|devolverá|abonará)/iu,
  /\b(?:vous recevrez|vous aurez|vous serez|tu seras)[^.!?\n]{0,50}rembours/iu,
];

/** Stems of "to pay back" in more languages, for a sum over the limit: there a person words it. */
const PAID_BACK =
  "erstatt|rückzahl|gutgeschrieben|gutschr|zurück(?:gezahlt|überw|erst)|reembols|devuel|devoluci|devolv|abonad|reintegr|" +
  "rembours|recrédit|rimbors|accredit|estorn|terugbeta|teruggest|terugstort|återbetal|tilbagebetal|tilbakebetal|refunder|" +
  "zwrot|zwróc|vrácen|vrátí|palaut|iade|възстанов|возвра|верн|поверн|повернен|返金|退款|退费|환불|استرداد|إعادة|החזר|कैश वापस|रिफंड|hoàn tiền|คืนเงิน|επιστροφή";
export const GOES_BACK_ELSEWHERE: readonly RegExp[] = [
  new RegExp(plainLetters(PAID_BACK), "iu"),
  new RegExp(PAID_BACK, "iu"),
];

/** "I cannot …" promises nothing. */
export const DECLINED_ELSEWHERE: readonly RegExp[] = [
  /\b(?:ich|wir|kann|können|darf|dürfen)[^.!?,\n]{0,40}\b(?:nicht|keine?[nrms]?)\b[^.!?,\n]*/giu,
  /(?<!\p{L})no (?:puedo|podemos|me es posible|estoy autorizad[oa]|tengo (?:la )?autorización|es posible)[^.!?,\n]*/giu,
  /(?<!\p{L})(?:je|nous|on) (?:ne |n')(?:\p{L}+ )?(?:peux|pouvons|puis|suis|sommes|ai|peut)[^.!?,\n]{0,12}(?:pas|aucun)[^.!?,\n]*/giu,
];

/** "Once it is approved …" says what would be; it ends where we come in. */
export const SUPPOSED_ELSEWHERE: readonly RegExp[] = [
  /(?<!\p{L})(?:wenn|sobald|falls|nachdem|bevor|bis|ob)(?!\p{L})[^,.!?\n]*?(?=\b(?:habe|haben) (?:ich|wir)\b|\b(?:ich|wir) haben?\b|[,.!?\n]|$)/giu,
  /(?<!\p{L})(?:si|cuando|una vez que|una vez|en cuanto|hasta que|después de que|antes de que)(?!\p{L})[^,.!?\n]*?(?=\b(?:he|hemos)\b|[,.!?\n]|$)/giu,
  /(?<!\p{L})(?:quand|lorsque|une fois|dès que|après que|avant que|tant que)(?!\p{L})[^,.!?\n]*?(?=(?<!\p{L})(?:j'ai|nous avons)\b|[,.!?\n]|$)/giu,
];

const DE_PLAN = String.raw`(?:tarif|abo|abonnement|plan|paket|vertrag|konto|mitgliedschaft|arbeitsbereich)`;
const DE_CHANGED = String.raw`(?:hochgestuft|herabgestuft|heruntergestuft|umgestellt|geändert|gewechselt|gekündigt|storniert|aktualisiert|umgestuft|erweitert|upgegradet|aufgewertet|freigeschaltet)`;
const ES_PLAN = String.raw`(?:plan|suscripción|cuenta|contrato|tarifa|nivel)`;
const ES_CHANGED = String.raw`(?:cambiad|actualizad|mejorad|cancelad|pasad|subid|bajad|modificad|migrad|ampliad)`;
const FR_PLAN = String.raw`(?:forfait|abonnement|offre|plan|compte|contrat|formule)`;
const FR_CHANGED = String.raw`(?:changée?|modifiée?|passée?|mise? à niveau|résiliée?|annulée?|basculée?|mise? à jour|surclassée?)`;

export const PLAN_DONE_ELSEWHERE: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:ich|wir) haben? ${UNTIL}(?:${DE_PLAN}|\bsie\b|\bdich\b)${UNTIL}\b${DE_CHANGED}(?!\p{L})|\bhaben? (?:ich|wir) ${UNTIL}(?:${DE_PLAN}|\bsie\b|\bdich\b)${UNTIL}\b${DE_CHANGED}(?!\p{L})`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:ihr|ihre|dein|deine|der|das) (?:\p{L}+[- ])?${DE_PLAN}(?:\p{L}*)? (?:wurde|ist|wird) (?:\p{L}+ ){0,4}?${DE_CHANGED}(?!\p{L})(?! wenn)`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:ich|wir) (?:stellen?|stufen?|ändern?|kündigen?|wechseln?|stornieren?|werden?) (?:ihren|ihr|ihre|deinen|dein|deine|sie|dich|den|das)(?: \p{L}+){0,6}?(?: ${DE_PLAN}| (?:hoch|herab|um)(?!\p{L}))`,
    "iu",
  ),
  /\b(?:sie sind|du bist) (?:jetzt|nun|ab sofort) (?:im|auf dem|in dem)\b|\b(?:ihr|dein) (?:tarif|abo|plan) ist (?:jetzt|nun|ab sofort)(?!\p{L})/iu,
  new RegExp(
    String.raw`(?<!\p{L})(?:he|hemos) (?:ya )?${ES_CHANGED}o (?:su|tu|el|la|a su|a tu) (?:\p{L}+ )?${ES_PLAN}|(?<!\p{L})(?:le|te|lo) (?:he|hemos) (?:ya )?${ES_CHANGED}o al? (?:\p{L}+ )?${ES_PLAN}`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:su|tu) ${ES_PLAN} (?:ha sido|fue|está siendo|queda) (?:ya )?${ES_CHANGED}[oa]|\b(?:su|tu) ${ES_PLAN} ahora es\b|\bahora (?:está|estás|tiene|tienes) (?:en )?el plan\b`,
    "iu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:cambiaré|cambiaremos|cancelaré|cancelaremos|actualizaré|mejoraré|(?:voy|vamos) a (?:cambiar|cancelar|actualizar|mejorar|subir|bajar)) (?:su|tu|el|la) ${ES_PLAN}`,
    "iu",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:j'ai|nous avons|(?:je|nous) vous (?:ai|avons)) (?:\p{L}+ ){0,2}?${FR_CHANGED} (?:votre|ton|vous|le|l'|au|à|sur)(?: ?\p{L}+ ){0,2}?`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:votre|ton) ${FR_PLAN} (?:a été|vient d'être|est désormais|est maintenant|est) (?:\p{L}+ )?${FR_CHANGED}(?!\p{L})|\b(?:votre|ton) ${FR_PLAN} est (?:désormais|maintenant)(?!\p{L})`,
    "iu",
  ),
  new RegExp(
    String.raw`\b(?:je|nous) (?:vais |allons )?(?:change|changeons|changer|modifie|modifier|résilie|résilier|annule|annuler|passe|passer|bascule|basculer) (?:votre|ton) ${FR_PLAN}|\b(?:vous êtes|tu es) (?:désormais|maintenant) (?:sur|au|à|en)(?!\p{L})`,
    "iu",
  ),
];

export const PERSON_ELSEWHERE: readonly RegExp[] = [
  /\bein(?:e)? (?:\p{L}+ )?(?:mensch|mitarbeiter(?:in)?|kolleg(?:e|in)|person|berater(?:in)?|techniker(?:in)?)(?: \p{L}+){0,4}? (?:wird|meldet|kümmert|übernimmt|hilft|antwortet)|\b(?:unser|das) (?:\p{L}+-?)?team (?:wird|meldet|kümmert)|\bjemand (?:aus|von|vom)(?: \p{L}+){1,4} (?:wird|meldet|kümmert)|\bwir melden uns/iu,
  /\bich (?:verbinde|leite|übergebe|reiche|gebe)(?: \p{L}+){0,6}? (?:mit|an|weiter)(?: (?:einem|einen|eine|einer|unser|unsere|unserem|das|den|meine|meinen))?|\b(?:ich|wir) haben? [^.!?\n]{0,50}(?:weitergeleitet|weitergegeben|übergeben|gemeldet|eskaliert)(?!\p{L})/iu,
  /\b(?:una?|nuestro|nuestra|el|alguien|otro|otra) (?:\p{L}+ ){0,3}?(?:le|te|se) (?:contactará|responderá|pondrá|atenderá|ayudará|escribirá|llamará|comunicará)|\b(?:le|te) (?:paso|transfiero|comunico|pongo en contacto|derivo|conecto) (?:con|a)\b|(?<!\p{L})(?:he|hemos) (?:pasado|transferido|enviado|escalado|derivado|remitido) [^.!?\n]{0,50}(?:a|con) (?:una?|nuestro|nuestra|el equipo|mi)\b/iu,
  /\b(?:une?|notre|l'|quelqu'un) ?(?:\p{L}+ ){0,4}?(?:va (?:vous|te|prendre)|vous (?:contactera|répondra|aidera|recontactera|écrira|rappellera)|prendra (?:contact|le relais))|\b(?:je|nous) vous (?:transf[èé]r\p{L}*|mets en relation|mettons en relation|passe|redirige)|(?<!\p{L})(?:j'ai|nous avons) (?:\p{L}+ )?(?:transmis|transféré|signalé|remonté|escaladé) [^.!?\n]{0,50}(?:à|au) ?(?:une?|notre|nos|l'|mes?)/iu,
  /\b(?:un conseiller|une personne|un collègue|notre équipe) (?:va|vous)\b|\b(?:una persona|nuestro equipo) (?:le|te|se) (?:contactará|responderá|pondrá)/iu,
];

export const UNSURE_ELSEWHERE: readonly RegExp[] = [
  /\bich bin (?:mir )?(?:\p{L}+ )?nicht sicher|\bweiß ich (?:\p{L}+ )?nicht|\bich weiß (?:es |das )?(?:leider )?nicht|\b(?:ich (?:habe|finde|konnte)|(?:habe|finde|konnte) ich)(?: \p{L}+){0,3}? (?:keine (?:information|angaben|artikel)|nichts (?:dazu|darüber|gefunden))/iu,
  /\bno estoy segur[oa]|\bno lo sé|\bno (?:encuentro|he encontrado|tengo)(?: \p{L}+)? (?:información|datos|artículos?)/iu,
  /\bje ne suis pas (?:sûr|certain)|\bje ne sais pas|\bje n'ai (?:pas |trouvé )?(?:trouvé )?(?:d'informations?|aucune information)/iu,
];
