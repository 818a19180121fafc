/**
 * Patterns of a plain request for a person in languages of which the model has seen little, over clauses as `prepare`
 * folds them: without accents, so that й is written и and ё is written е.
 */
export const REQUESTS_IN_OTHER_LANGUAGES: readonly string[] = [
  // Italian, Portuguese, Dutch, Polish, Turkish, Swedish
  "\\b(?:parlare|parlo) con (?:\\w+ ){0,3}(?:persona|operatore|umano|qualcuno|essere umano|consulente|responsabile)\\b|\\b(?:voglio|vorrei|posso avere) (?:un |una )(?:operatore|persona|umano)\\b|\\b(?:falar|fala|conversar) com (?:\\w+ ){0,3}(?:pessoa|atendente|humano|alguem|ser humano|agente|gerente)\\b|\\b(?:quero|preciso de|queria) (?:um |uma )(?:atendente|humano|pessoa)\\b|\\b(?:spreken|praten) met (?:\\w+ ){0,3}(?:mens|medewerker|persoon|iemand)\\b|\\b(?:medewerker|mens|persoon|iemand) (?:\\w+ ){0,2}(?:spreken|praten|bellen)\\b|\\b(?:rozmawiac|porozmawiac|pogadac) z (?:\\w+ ){0,2}(?:czlowiekiem|konsultantem|osoba|kims|pracownikiem)\\b|\\b(?:insan|temsilci|yetkili|musteri temsilcisi)(?:yle|yla|le|la|iyle|si ile|siyle| ile)? (?:\\w+ ){0,2}(?:gorusmek|konusmak|baglan\\w*)|\\b(?:prata|tala) med (?:\\w+ ){0,2}(?:manniska|person|nagon|handlaggare)",
  // Italian
  "\\b(?:passa(?:mi|temi)|mi passi|mettetemi in contatto con|mi metta in contatto con|collegatemi (?:con|a)) (?:un |una |il |a )?(?:\\w+ )?(?:operatore|operatrice|persona|umano|responsabile|consulente)\\b|\\b(?:operatore|persona vera|persona reale|umano) (?:per favore|grazie|subito)\\b|\\bc e qualcuno con cui (?:parlare|posso)",
  // Portuguese
  "\\b(?:me (?:passe|passa|transfere|transfira|conecte|coloque)|transferir|passar)(?: \\w+){0,3} (?:atendente|humano|pessoa|operador|alguem)\\b|\\b(?:atendente|humano|pessoa de verdade|pessoa real) (?:por favor|ja|agora)\\b|\\bfalar com (?:\\w+ ){0,2}(?:suporte humano|responsavel)",
  // Dutch
  "\\b(?:wil|graag|liever|kan ik|mag ik)(?: \\w+){0,3} (?:echt mens|echte persoon|echte medewerker|menselijke medewerker)\\b|\\b(?:verbind|zet) (?:me|mij) (?:door|met)(?: \\w+){0,4} (?:medewerker|mens|collega|persoon|iemand)|\\b(?:echt mens|medewerker|echte persoon) (?:alsjeblieft|alstublieft|aub|graag)\\b",
  // Polish
  "\\b(?:polacz\\w*|polaczenie|kontakt|kontaktu|skontaktowac sie|przelacz\\w*)(?: mnie)?(?: z| do) (?:\\w+ ){0,2}(?:czlowiekiem|konsultantem|konsultanta|osoba|pracownikiem|doradca)\\b|\\b(?:poprosze|prosze o|chce|potrzebuje)(?: \\w+)? (?:czlowieka|konsultanta|zywego czlowieka)\\b|^(?:czlowiek|konsultant)(?: prosze)?$",
  // Turkish
  "\\b(?:beni|bizi|bana) (?:\\w+ ){0,3}(?:temsilci\\w*|yetkili\\w*|insana?|operator\\w*) (?:\\w+ ){0,2}(?:bagla\\w*|aktar\\w*|verin|lazim)|\\b(?:insan|kisi|yetkili|temsilci|operator)(?:yle|yla|le|la|iyle|siyle| ile) (?:\\w+ ){0,2}(?:gorus\\w*|konus\\w*)|\\bgercek (?:bir )?(?:insan|kisi|temsilci)(?: lutfen| istiyorum| lazim)+|\\b(?:temsilciye|operatore|yetkiliye) bagla\\w*",
  // Russian and Ukrainian
  "(?<!\\p{L})(?:поговорить|поговорити|говорить|связаться|свяжите|соедините|соединить|переключите|переключить|переведите|позовите|позови|покличте|даите|нужен|нужна|хочу|можно|пригласите|общаться|требую|есть)(?: \\p{L}+){0,4} (?:представител|представник|оператор|сотрудник|менеджер|консультант|специалист|человек|людьми|людин|живым|живои)\\p{L}*",
  "^(?:пожалуиста |мне |живои |живого |дежурныи )*(?:представител[ья]|представник|оператора?|менеджера?|консультанта?|сотрудника?|человека?|специалиста?)(?: пожалуиста| срочно| на связь)*$",
  // One word says it
  "(?:人工|真人|转人工|人間|オペレーター|担当者|상담원|사람과|человеком|(?<!\\p{L})оператором|сотрудником|людиною)",
];
