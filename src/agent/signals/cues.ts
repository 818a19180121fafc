import type { Prepared } from "./prepare.ts";

/** Names of the subjects that a message plainly speaks of; the model weighs them when it guesses the intent. */
export function findCues(message: Prepared): readonly string[] {
  const all = message.sentences.join(" . ");
  return CUES.filter(([, pattern]) => pattern.test(all)).map(([name]) => name);
}

const cue = (name: string, source: string): readonly [string, RegExp] => [
  name,
  new RegExp(`\\b(?:${source})\\b`, "u"),
];

const WORD_OF_ASSENT =
  "(?:ok|okay|okey|k|kk|yes|yep|yeah|yup|no|nope|nah|sure|fine|alright|right|got it|i see|understood|never ?mind|nvm|nm|no problem|all good|cool|great|perfect|oh|ah|then|please|thanks|thank you)";

/** Nothing but a yes, a no or a word that ends the matter. */
const ACKNOWLEDGED = new RegExp(`^${WORD_OF_ASSENT}(?: (?:\\. )?${WORD_OF_ASSENT}){0,8}$`, "u");

const CUES: readonly (readonly [string, RegExp])[] = [
  ["acknowledged", ACKNOWLEDGED],
  cue(
    "outage",
    "(?:is|are) (?:\\w+ ){1,5}(?:down|offline|up|available|online|having (?:issues|problems|an outage)|degraded)|down for (?:me|everyone|anyone|others)|outages?|status page|downtime|maintenance|anyone else (?:\\w+ )?(?:having|seeing|getting|experiencing)|servers? (?:down|status|up|dead)|(?:site|server|service|app|api|dashboard|login) (?:is )?down|incident|just me or|nur bei mir|gestort|storung|caido|caida|en panne|hors service|ausfall",
  ),
  cue(
    "order",
    "orders?|package|parcel|tracking|track|shipped|shipping|shipment|delivery|deliver|delivered|courier|dispatch\\w*|arrive\\w*|bestellung|paket|lieferung|sendung|pedido|paquete|envio|commande|colis|livraison",
  ),
  cue(
    "howto",
    "how (?:do|can|would|to|does)|where (?:do|can|is)|is there a way|is it possible|steps|tutorial|guide|set ?up|configure|wie kann|wie|como|comment",
  ),
  cue(
    "fault",
    "errors?|bugs?|crash\\w*|broken|not working|doesnt work|isnt working|wont (?:load|open|start|save|sync|work|let)|fails?|failed|failing|freez\\w*|stuck|blank|glitch\\w*|timeouts?|times out|exception|5\\d\\d|404|fehler\\w*|absturz|funktioniert nicht|geht nicht|no funciona|falla|ne (?:marche|fonctionne) pas|plante|erreur",
  ),
  cue(
    "billing",
    "invoices?|bill|billing|billed|charged?|charges|payments?|pay|card|vat|tax|receipts?|paypal|rechnung\\w*|bezahl\\w*|abgebucht|factura|cobro|cobrado|pago|tarjeta|facture|paiement|preleve|carte",
  ),
  cue(
    "account",
    "password|log ?in|sign ?in|logged out|locked out|2fa|mfa|account|email address|username|verification|profile|passwort|einloggen|anmelden|konto|contrasena|cuenta|sesion|mot de passe|compte|connecter",
  ),
  cue(
    "greeting",
    "hi|hello|hey|thanks|thank you|thx|ty|cheers|good (?:morning|evening|afternoon|night)|bye|lol|haha|hallo|danke|hola|gracias|bonjour|merci|salut",
  ),
  cue(
    "praise",
    "love|awesome|great (?:job|work|tool|app|product)|suggestion|feature request|would be (?:nice|great|cool|good)|it would|wish (?:you|there|it)|please add|feedback|consider adding|idea",
  ),
  cue(
    "plan",
    "plans?|tiers?|upgrad\\w+|downgrad\\w+|subscription|pricing|enterprise|premium|annual|yearly|trial|tarif|abo|suscripcion|abonnement|forfait",
  ),
];
