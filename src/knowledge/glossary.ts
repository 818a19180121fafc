/**
 * Support vocabulary of German, Spanish and French with the English that help articles use, so that a question in one of
 * these languages finds something in an English knowledge base. A line: English = the others, any language. Words are
 * compared without accents and without their ending. Several English words are tried each on its own.
 */
const LINES = `
account = cuenta konto compte kundenkonto
card = tarjeta karte kreditkarte debitkarte carte bankkarte
credit card = kreditkarte
credit = credito kredit credit
debit = debito debit debitkarte
money = dinero geld argent plata
payment = pago zahlung paiement bezahlung versement
pay = pagar zahlen bezahlen payer paga
fee = comision gebuhr tarifa frais cargo kosten
cost = costar cuesta kosten kostet cout coute preis precio prix
free = gratis kostenlos gratuit
interest = interes zinsen zins interet taux
rate = tasa zinssatz taux tarif
savings = ahorro ahorros sparkonto sparen epargne
checking = corriente girokonto courant
salary direct deposit payroll = nomina sueldo salario gehalt lohn salaire paie
deposit = deposito ingresar einzahlen einzahlung depot deposer
withdraw withdrawal = retirar retiro abheben abhebung retrait retirer
transfer = transferencia transferir uberweisung uberweisen virement transferer
atm = cajero geldautomat bankautomat distributeur
bank = banco bank banque
loan = prestamo prestamos darlehen kredit pret emprunt
mortgage house = hipoteca hypothek baufinanzierung hypotheque
refund = reembolso devolucion erstattung ruckerstattung remboursement rembourser
cancel close = cancelar baja kundigen kundigung stornieren annuler resilier resiliation
close = cerrar schliessen fermer cloturer
open = abrir eroffnen ouvrir
delete remove = borrar eliminar loschen entfernen supprimer effacer
change = cambiar cambio andern anderung wechseln changer modifier
update = actualizar aktualisieren actualiser
increase = aumentar erhohen augmenter aumento
limit = limite limit grenze plafond
minimum = minimo mindest minimum
maximum = maximo hochst maximum maximal
balance = saldo kontostand guthaben solde
bill invoice = factura rechnung facture
receipt = recibo quittung beleg recu
statement = extracto kontoauszug releve
subscription plan = suscripcion abonnement abo suscribir
plan = plan tarif forfait
upgrade = mejorar hochstufen
price = precio preis prix
order = pedido bestellung commande
delivery shipping = envio entrega lieferung versand livraison expedition
package = paquete paket colis
address = direccion adresse anschrift
return = devolver zurucksenden zuruckgeben retourner renvoyer retour
broken = roto kaputt casse defectuoso
replace replacement = reemplazar ersatz ersetzen remplacer remplacement
lost = perdido perdi verloren perdu
stolen = robado robada robaron gestohlen vole volee
block = bloquear sperren blockieren bloquer
unblock = desbloquear entsperren debloquer
freeze = congelar einfrieren geler
declined = rechazado rechazada abgelehnt refuse refusee
error = error fehler erreur
problem = problema problem probleme
password = contrasena passwort kennwort
sign login = iniciar sesion anmelden einloggen connexion connecter
code = codigo code
phone = telefono movil telefon handy telephone portable
app = aplicacion app application
email = correo mail courriel
reset = restablecer zurucksetzen reinitialiser
forgot = olvidado olvide vergessen oublie
name = nombre name nom
user = usuario benutzer nutzer utilisateur
customer = cliente kunde client
company business = empresa firma unternehmen entreprise negocio
student = estudiante student studierende etudiant
child minor = hijo hija nino kind kinder enfant
parent guardian = padres eltern parents
friend contact = amigo freund ami
travel abroad international = viaje extranjero reise ausland voyage etranger
currency exchange = moneda divisa wahrung devise monnaie
foreign = extranjero fremd etranger
tax = impuesto steuer impot
reward bonus = recompensa pramie belohnung recompense
points = puntos punkte points
cash = efectivo bargeld especes
check = cheque scheck
installment = cuota plazo rate raten ratenzahlung mensualite echeance
late = tarde verspatet spat retard
due = vencimiento fallig echeance
date = fecha datum date
month monthly = mes mensual monat monatlich mois mensuel
year annual = ano anual jahr jahrlich annee annuel
day daily = dia diario tag taglich jour quotidien
receive arrive = recibir recibido llegado llegar erhalten bekommen angekommen recu recevoir arrive
send = enviar mandar senden schicken envoyer
request = solicitar solicitud anfordern beantragen anfrage demande demander reclame
apply application = solicitar beantragen antrag postuler
document = documento dokument unterlagen nachweis papiers
verify = verificar uberprufen verifizieren bestatigen verifier
add = agregar anadir hinzufugen ajouter
share split = dividir compartir teilen aufteilen aufgeteilt partager diviser repartir
rent = alquiler miete loyer
group = grupo gruppe wg groupe
blocked = bloqueado gesperrt bloque
person someone = persona alguien jemand quelqu
activate = activar aktivieren freischalten activer
pin = pin geheimzahl
scan read = escanear leer scannen lesen einlesen scanner lire
pay qr = qr
download export = descargar exportar herunterladen exportieren telecharger exporter
language = idioma sprache langue
settings = ajustes configuracion einstellungen parametres
notification = notificacion benachrichtigung notification
trial = prueba probezeit testphase essai
support = soporte ayuda hilfe aide
how = como wie comment
insurance = seguro versicherung assurance
invest investment = invertir inversion anlegen investieren investir
data = datos daten donnees
security = seguridad sicherheit securite
time long = tiempo tarda dauert lange zeit combien temps duree
open hours = horario offnungszeiten horaires
branch = sucursal filiale agence
`;

/** English words for a word of another language; none when it is not known. */
export function englishFor(word: string): readonly string[] {
  return table.get(rootOf(word)) ?? [];
}

const table = tableOf();

function tableOf(): ReadonlyMap<string, readonly string[]> {
  const made = new Map<string, string[]>();
  for (const line of LINES.trim().split("\n")) {
    const [english = "", others = ""] = line.split("=");
    for (const other of others.trim().split(/\s+/)) {
      const root = rootOf(other);
      made.set(root, [...new Set([...(made.get(root) ?? []), ...english.trim().split(/\s+/)])]);
    }
  }
  return made;
}

/** Without accents, and without the endings of number, gender and the commonest verb forms. */
function rootOf(word: string): string {
  const plain = word.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replaceAll(/\p{M}/gu, "");
  return plain.length <= 4
    ? plain.replace(/(?<=...)[seo]$/, "")
    : plain.replace(/(?:[aeio]?[snr]|t|[aeio])$/, "").replace(/(?<=....)e$/, "");
}
