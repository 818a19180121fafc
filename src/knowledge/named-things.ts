import { stemOf } from "./stem.ts";

/**
 * Things that customers ask any business for: services, ways to pay, documents, credentials, events of a life, rules. A
 * line is one thing with its names. Whoever names one wants to know about exactly that, so an article that does not is no
 * answer, however near it is: a question about a mortgage is not answered by the article on loans. Words that may only
 * set the scene (places, shops, goods, people) do not belong here, nor do words with a second meaning.
 */
const THINGS = `
mortgage | mortgages | home loan
home equity | heloc
refinance | refinancing | refi
car loan | auto loan | vehicle loan | car finance
personal loan
payday loan
student loan | student loans
business loan | sba loan | sba
line of credit
debt consolidation | consolidate
bankruptcy | chapter 7
letter of credit
escrow
factoring
leasing | lease
card terminal | card reader | pos terminal | point of sale
401k | 401 k
ira | roth | pension plan
hsa | health savings
529 | college savings plan
certificate of deposit | cds | term deposit | fixed deposit
index fund | mutual fund | etf | etfs
stocks | stock trading | shares
brokerage
gold bars | bullion
forex
life insurance
health insurance
car insurance | auto insurance
home insurance | renters insurance
pet insurance
travel insurance
liability insurance
car rental | rental car | hire car | car hire
collision damage | collision
roadside assistance | roadside
extended warranty | warranty
phone protection | phone insurance
price protection | price match
global entry
tsa precheck | precheck
secured card | secured credit card
prepaid card
gift card | gift cards | gift certificate | voucher
metal card
balance transfer
cash advance
contactless | tap to pay | tapping | nfc
apple pay
google pay | google wallet
samsung pay
apple watch | smartwatch
paypal
venmo
zelle
cash app
revolut
western union | moneygram
klarna
ideal
bank transfer | wire transfer
direct debit | sepa
money order
travellers cheques | travelers checks | traveler cheques
cashier's check | cashiers check | bank draft
checkbook | chequebook | checkbooks
voided check | void check
coin counting | coin counter | coin machine | loose change | jar of coins
banknotes | euro notes | foreign notes
pin | pin code
password | passcode
username | user name | login name
fingerprint | touch id
face id | face recognition
passkey | passkeys | security key | yubikey
two factor | 2fa | two step | mfa | authenticator | one time code
sso | saml | single sign on
scim
iban
bic | swift code
routing number | sort code
safe deposit box | safe deposit
notary | notarize | notarise | notarised
power of attorney
living trust | family trust
beneficiary | beneficiaries | heir | inherit
probate | estate of
deceased | passed away | died
divorce | divorcing | divorced
surname | maiden name | married name | got married | name change
gender
citizenship | nonresident | non resident | non residents
passport
visa status | h1b | green card holder | immiitin
social security number | ssn
1099 | 1099 int
w2 | w 2
w9 | w 9
w8 | w 8ben
turbotax
credit score | fico | credit check | credit report | credit bureau | experian | equifax | transunion
credit freeze | security freeze
identity theft
phishing
gdpr | ccpa | personal data | data protection
hipaa
soc 2 | iso 27001 | pci dss
privacy policy
cookies
ombudsman | complaints procedure | formal complaint
lawsuit | sue
joint account | joint owner | joint holder
child account | kids account
scholarship | military | veteran | veterans | active duty
sharia | halal
branch | branches
opening hours | business hours
drive thru | drive through
headquarters | head office
ceo | founder
press kit | journalist
sponsor | sponsorship
affiliate program | affiliate
reseller | wholesale
fax
whatsapp | telegram
alexa | siri
podcast
newsletter
braille | large print
sign language
screen reader
dark mode | dark theme
offline mode
ipad | tablet app
desktop app
linux
self host | self hosted | on premise | on premises
zapier
webhook | webhooks
graphql
sdk
sandbox
quickbooks
xero
plaid | mint | ynab
salesforce | hubspot
jira
google calendar | ical
gift wrap | gift wrapping | gift message
pre order | preorder | backorder
store pickup | click and collect | curbside
drone
express delivery | overnight delivery | same day delivery
customs duty | import duty | import duties | customs fee
size chart | size guide
repair | repairs
spare part | spare parts
recycle | recycling
nut free | allergen | allergens | gluten | vegan | kosher
trade in
rent to own
loyalty card | loyalty program | loyalty points
student discount
senior discount
nonprofit | non profit | charity discount
letter of reference | reference letter | bank reference | proof of funds
embassy
escheat | unclaimed
`;

/** A name of a thing, as stemmed words. */
type Name = readonly string[];

export interface Thing {
  readonly names: readonly Name[];
}

/** The things that a question names, each once. `words` are the question's words in order, lower case. */
export function thingsIn(words: readonly string[]): Thing[] {
  const stems = words
    .flatMap((word) => word.split(/['’-]/))
    .filter((word) => word !== "")
    .map(stemOf);
  const found = new Set<Thing>();
  for (let at = 0; at < stems.length; at += 1) {
    const longest = (byFirst.get(stems[at]!) ?? []).find(({ name }) =>
      name.every((stem, offset) => stems[at + offset] === stem),
    );
    if (!longest) continue;
    found.add(longest.thing);
    at += longest.name.length - 1;
  }
  return [...found];
}

interface Entry {
  readonly name: Name;
  readonly thing: Thing;
}

/** By the first word of a name, longest names first. */
const byFirst: ReadonlyMap<string, readonly Entry[]> = tableOf(THINGS);

function tableOf(text: string): ReadonlyMap<string, readonly Entry[]> {
  const entries = text
    .trim()
    .split("\n")
    .flatMap((line) => {
      const names = line.split("|").map((name) =>
        name
          .trim()
          .split(/[\s'’-]+/)
          .map(stemOf),
      );
      const thing: Thing = { names };
      return names.map((name): Entry => ({ name, thing }));
    })
    .sort((a, b) => b.name.length - a.name.length);
  return Map.groupBy(entries, ({ name }) => name[0] ?? "");
}
