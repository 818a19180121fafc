/**
 * Groups of words that do the same work in a request, in English, German, Spanish and French. The model reads each
 * sentence a second time with these words replaced by their group, so that "put my mum through to a consultant" profits
 * from what was learnt of "connect me to an agent". A word is in one group only; accents are gone already.
 */
export function classOf(word: string): string | undefined {
  if (/^\d/.test(word)) return "#number";
  return CLASSES.get(word);
}

/** The number of a word's group, from 1 to `GROUP_COUNT`; 0 when it is in none. */
export function groupNumber(word: string): number {
  const group = classOf(word);
  return group === undefined ? 0 : (NUMBERS.get(group) ?? 0);
}

const GROUPS: Readonly<Record<string, string>> = {
  person:
    "human humans person agent agents representative representatives rep reps operator operators advisor adviser advisors manager supervisor staff staffer employee employees admin admins mod mods moderator engineer engineers technician specialist colleague colleagues teammate dev devs developer gm boss lead consultant executive expert csr architect maintainer mensch menschen mitarbeiter mitarbeiterin mitarbeiters berater beraterin kundenberater ansprechpartner vorgesetzten vorgesetzter kollege kollegen techniker entwickler humano humana agente asesor asesora representante operador operadora jefe encargado gerente supervisora ejecutivo empleado tecnico ingeniero conseiller conseillere humain humaine operateur responsable technicien interlocuteur superieur personne persona people ppl folks peeps lady gentleman guy dude umano operatore atendente pessoa medewerker konsultant nurse doctor dentist physician pharmacist therapist midwife vet receptionist secretary clerk cashier teller banker broker accountant auditor bookkeeper lawyer attorney solicitor notary teacher tutor professor lecturer coach trainer instructor counsellor counselor mentor dean principal librarian driver courier postman dispatcher pilot steward stewardess captain mechanic plumber electrician carpenter joiner fitter installer gardener florist baker butcher chef waiter waitress bartender hostess concierge porter janitor caretaker housekeeper cleaner landlord landlady realtor planner designer stylist hairdresser barber tailor seamstress optician jeweller photographer editor producer organiser organizer treasurer chairman chairwoman chairperson trustee warden marshal usher officer detective inspector assessor surveyor underwriter handler adjuster caseworker recruiter interviewer analyst researcher scientist programmer coder sre sysadmin tester publisher referee umpire salesman saleswoman salesperson merchant shopkeeper shopkeepers florists foreman superintendent director president ceo cto cfo coo vp csm tam founder deputy intern apprentice trainee volunteer gamemaster gms streamer dispatch depot reception frontdesk backoffice hotline helpline callcenter callcentre switchboard committee secretariat headquarters hq nurses doctors teachers tutors coaches trainers drivers couriers mechanics electricians technicians specialists consultants experts developers gardeners organisers bankers stylists recruiters analysts researchers handlers officers planners clerks sachbearbeiter sachbearbeiterin betreuer leiter leiterin arzt arztin lehrer fahrer gestionnaire vendeur vendeuse infirmiere medecin professeur medico medica profesor profesora vendedor vendedora consulente impiegato impiegata funcionario funcionaria medewerkster",
  someone:
    "someone somebody anyone anybody jemand jemanden jemandem wen wem alguien quelqu quelquun qqn sum1 some1 sm1 smn any1 whoever",
  talk: "talk talking speak speaking chat chatting converse discuss call calls ring phone dm contact reach message hear sprechen spreche reden rede telefonieren schreiben anrufen chatten hablar hablo platicar conversar llamar contactar comunicar parler parle discuter joindre appeler contacter echanger tlk spk spek speek tawk",
  hand_over:
    "transfer connect escalate forward route hand pass patch redirect refer loop pull page summon bring fetch put switch verbinden verbinde weiterleiten ubergeben durchstellen holen pasar paseme pasame pase transferir transferirme comunicame comuniqueme derivar ponme conectar passez passer mettez transferez transferer relier raise route tag ping",
  want: "want need like prefer wanna require demand request requesting wish id love gimme lemme let get give have getting mochte moechte will brauche brauch hatte gern gerne quiero quisiera necesito deseo prefiero dame veux voudrais souhaite besoin aimerais donnez please pls plz bitte favor svp",
  bot: "bot bots robot robots ai machine machines chatbot chatbots automated automation computer computers gpt chatgpt llm algorithm assistant automaton ki roboter maschine maquina ia automatico automatische",
  real: "real live actual living genuine proper flesh irl echt echte echten echter echtes richtigen richtige real verdad verdadera vrai vraie vivant",
  team: "team support service care desk department crew helpdesk kundenservice kundendienst soporte atencion equipe equipo",
  curse:
    "fuck fucking fuckin fck fk fking shit shitty crap crappy damn damned bloody hell wtf ffs wth stfu jfc omfg ass bs bullshit bollocks scheiss scheisse verdammt mist mierda joder cono carajo puta putain merde bordel suck sucks screw piss pissed heck freaking effing tf",
  bad: "ridiculous unacceptable useless pathetic terrible horrible awful worst trash garbage rubbish junk joke disgrace disgraceful appalling atrocious abysmal dreadful nightmare disaster mess shambles farce circus clown clowns incompetent unprofessional lousy pitiful laughable outrageous insulting absurd idiotic stupid dumb hopeless worthless broken unusable scam scammers fraud theft thieves crooks liars lies lied robbery shady greedy miserable shocking poor disgusting shameful embarrassing inexcusable unbelievable nonsense amateur audacity insane lacherlich frechheit katastrophe schlecht schlechteste schlechtester nutzlos nutzloser unverschamt inakzeptabel abzocke betrug saftladen peinlich unmoglich allerletzte ridiculo ridicula inaceptable inutil inutiles pesimo pesima verguenza estafa desastre basura ladrones horrible nul nuls nulle ridicule inacceptable inadmissible honte honteux arnaque voleurs lamentable deplorable pire catastrophe scandaleux",
  feel_bad:
    "frustrated frustrating angry annoyed annoying furious livid mad fuming upset disappointed disappointing irritated fed sick tired exhausted outraged unhappy dissatisfied stressed appalled dismayed exasperated tilted crying scream sauer wutend genervt enttauscht unzufrieden fassungslos harto harta enojado enojada enfadado enfadada molesto molesta decepcionado decepcionada cansado cansada furieux furieuse enerve decu decue mecontent mecontente marre excede",
  good: "great awesome fantastic brilliant wonderful lovely amazing perfect excellent nice cool superb bravo congrats congratulations wow splendid stellar toll super klasse genial perfecto excelente parfait formidable helpful",
  again:
    "again still always never constantly keep keeps kept repeatedly wieder immer otra siempre nunca sigue sigo encore toujours jamais another yet anymore finally endlich",
  time_unit:
    "second seconds minute minutes min mins hour hours hrs day days week weeks month months year years stunde stunden tag tage tagen woche wochen monat monate monaten hora horas dia dias semana semanas mes meses ano anos heure heures jour jours semaine semaines mois annees ages forever decade century",
  nobody: "nobody noone none crickets silence niemand keiner nadie personne",
  count_word:
    "two three four five six seven eight nine ten twice thrice third fourth fifth sixth seventh 2nd 3rd 4th 5th 6th dozen hundred drei vier funf dritte dritten vierten tres cuatro cinco tercera cuarta trois quatre cinq troisieme quatrieme",
  ignore:
    "ignored ignoring ignore waiting waited wait waste wasted wasting ghosted stranded stuck hold circles runaround warte warten esperando espero attends attendre attente",
  refund:
    "refund refunds refunded refunding refnd reimburse reimbursed reimbursement repay repaid chargeback erstatten erstattet erstattung ruckerstattung ruckerstatten zuruckzahlen zuruckuberweisen reembolso reembolsen reembolsar devolucion devuelvan devuelvanme devuelveme devolver remboursement rembourser remboursez rembourse rembourses",
  money:
    "money cash payment payments dollars dollar bucks euro euros quid pounds usd eur gbp chf $ € £ ¥ ₹ amount fee deposit geld betrag kohle dinero plata importe argent sous somme fric charge",
  plan_name:
    "free pro basic standard starter plus premium gold platinum silver business enterprise growth scale professional ultimate unlimited lite hobby student family annual annually yearly monthly vip elite team jahresabo annuel annuelle anual mensual mensuel gratis gratuito gratuit kostenlos entreprise",
  plan_thing:
    "plan plans tier tiers subscription subscriptions membership package contract sub subs abo abonnement tarif forfait offre suscripcion membresia seats seat licenses licences trial renewal abos",
  change:
    "upgrade upgraded upgrading downgrade downgraded downgrading move change bump flip convert migrate drop cancel cancelled terminate end kill stop renew extend wechseln umstellen kundigen kundige kundigt hochstufen cambiar cambien cambiame cancelen cancela cancelar subir bajar resilier resiliez changer changez annulez",
  kin: "coworker coworkers wife husband son daughter mother father mom mum dad brother sister friend friends roommate flatmate girlfriend boyfriend ex neighbour neighbor neighbours partner crush buddy cousin uncle aunt competitor competitors spouse frau mann freund freundin nachbar nachbarn nachbarin schwester bruder esposa marido amigo amiga vecino vecina hermano hermana novia novio companero femme mari ami amie voisin voisine frere soeur collegue collegues copain copine colleaguess",
  outsider:
    "customer customers user users client clients buyer buyers member members guest guests passenger passengers tenant tenants org orgs subscriber subscribers seller workspace kunde kunden nutzer cliente clientes usuario usuarios utilisateur utilisateurs clients",
  other:
    "other others another elses else anderen andere anderer anderes otro otra otros otras autre autres different",
  theirs:
    "order orders purchase purchases history account accounts address email emails invoice invoices details data info information records profile password login card tickets messages projects logs trips bookings bestellung bestellungen konto daten adresse rechnungen pedido pedidos cuenta datos direccion facturas commande commandes compte donnees adresses factures",
  tell: "show tell list dump read lookup find search look check see reveal export share zeig zeige gib nenne schick muestrame dime dame revisa montre donne dis affiche",
  bought:
    "bought buy buying ordered purchased spent spend paid pays pay booked gekauft bestellt bezahlt compro pidio achete commande",
  ask: "how what where when which who why does wie was wo wann welche warum como que donde cuando cual comment quoi quand quel quelle combien cuanto wieviel",
  me: "i me my mine im ive we us our ich mir mich mein meine yo mi je moi mon ma",
  you: "you your ur u yall ihr euch euer eure sie ihnen tu vosotros ustedes su vous votre vos",
};

const CLASSES = new Map<string, string>();
for (const [group, words] of Object.entries(GROUPS)) {
  for (const word of words.split(" ")) if (!CLASSES.has(word)) CLASSES.set(word, `#${group}`);
}

const NUMBERS = new Map(["number", ...Object.keys(GROUPS)].map((group, at) => [`#${group}`, at + 1]));
export const GROUP_COUNT = NUMBERS.size;
