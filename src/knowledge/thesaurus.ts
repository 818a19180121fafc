import { stemOf } from "./stem.ts";

/**
 * What customers say and what help articles say, for the topics that every support desk has: money, accounts, orders,
 * delivery, devices, people. A line is a group; its members may stand for one another, at a discount. Several words
 * in one member must stand side by side. Words with many meanings (charge, card, set) are left out: they hurt more
 * than they find. Measured with `bench/retrieval/bench.ts`.
 */
const GROUPS = `
cancel | close | terminate | end | deactivate | get rid
cancel | unsubscribe | stop
delete | remove | erase
refund | money back | reimbursement | reimburse | chargeback
return | send back
increase | raise | higher | lift | bump | upgrade | more
decrease | reduce | lower | downgrade | less
decline | refuse | reject | deny | turn down | not accept | bounce
fail | not work | broken | problem | issue | trouble | error | troubleshooting
crash | freeze | hang | stuck
cost | price | fee | charge | pricing | how much
bill | invoice | statement
receipt | invoice | proof of purchase
payment | pay | paid
credit card | bank card | payment method
pay off | repay | prepay | early payment
installment | instalment | pay later | payment plan
late | overdue | past due | missed | delay
late charge | late fee | penalty
waive | forgive | fee adjustment | credit back
cheap | discount | saving | money off | coupon | promo | voucher
bonus | reward | perk | benefit | incentive
cash back | cashback
points | miles
deposit | put money | add money | add funds | top up | fund | load
withdraw | withdrawal | take out | take money out | cash out
transfer | move | send money | wire
salary | wage | paycheck | payroll | direct deposit | pay day | income
atm | cash machine | cashpoint | cash point
overdraft | below zero | negative | under zero | in the red | overdrawn
interest | apy | apr | rate | yield
loan | credit | borrow | lend | financing
limit | cap | maximum | max | ceiling | threshold
minimum | min | at least
monthly | month | per month
yearly | annual | annually | year | per year
daily | day | per day
weekly | week
night | nightly | overnight | nite
free | no cost | waived | included | no charge
trial | test drive | try out
child | kid | teen | teenager | minor | son | daughter | youth
parent | guardian | mother | father | mum | mom | dad
senior | pensioner | retiree | elderly | retired | older
student | college | university | studying | campus
friend | contact | mate | buddy
roommate | flatmate | housemate
medicine | prescription | drug | pharmacy | medication
travel | trip | abroad | overseas | holiday | vacation | foreign | international
currency | exchange | conversion | foreign exchange | fx
tax | taxman | irs | taxes | 1099 | tax reporting
document | paperwork | documentation | proof | letter | certificate
requirement | need | eligibility | eligible | qualify | criteria | conditions | prerequisite
approve | approval | authorize | accept | sign off
dispute | contest | challenge | chargeback | complain
fraud | scam | unauthorized | stolen | hacked | suspicious
lost | missing | misplaced | can't find
replace | replacement | new card | reissue | swap | exchange
damaged | broken | defective | faulty
notify | notification | alert | ping | message | remind | reminder | pinged
track | see | view | monitor | monitoring | check | look up | tracking
history | past | previous | log
change | update | edit | modify | amend | adjust | switch
name | surname | last name
address | move house | relocate
e-mail | email | mail
phone | mobile | cell | telephone | smartphone
app | application | mobile app
website | site | web | portal | online | dashboard
password | passcode | pin
sign in | log in | login | log on | signin | access
locked out | can't log in | locked | lockout
two-factor | 2fa | two factor | verification code | authenticator | mfa
verify | verification | confirm | identity | id check
hide | archive | conceal
block | ban | mute
add | invite | include
owner | co-owner | holder | joint
partner | spouse | husband | wife
employee | staff | worker | driver | team member | colleague | bookkeeper | accountant
teammate | team member | colleague | coworker | people
slow | lag | laggy | not loading | performance
permission | role | access | rights
company | business | firm | organization | organisation | startup
split | share | divide | divvy
rent | lease
subscription | membership | plan
renew | renewal | auto-renew | recurring
schedule | scheduled | upcoming | future
pause | suspend | hold | snooze | freeze
disable | turn off | switch off | opt out | deactivate
enable | turn on | switch on | activate | opt in | activation
begin | start | get started | set up | setup | open | first steps
connect | link | integrate | integration | hook up | sync
download | export | save
upload | import | attach | submit
ship | shipping | delivery | deliver | arrive | send out | dispatch
package | parcel | order | shipment
purchase | buy | spend | spending | shopping | bought | spent
category | type | kind | department
difference | compare | comparison | versus | vs | better
how long | timeline | when | processing time | timing | duration | quickly | fast
instant | immediate | real time | live | right away
co2 | carbon | emissions | footprint | environmental
eco | green | environment | sustainability
crypto | coin | bitcoin | cryptocurrency
round | rounding | fraction
missing | not received | not arrive | didn't receive | hasn't arrived
expire | expiry | expiration | valid until
bank | financial institution
person | human | agent | representative | advisor | banker
contact | reach | call | support | help
bug | glitch | defect
`;

/** How much less a word that only means about the same counts. */
export const SYNONYM_WEIGHT = 0.5;

/** Other words for a word of a question, without itself. Keys and members are compared by stem. */
export function synonymsOf(term: string): readonly string[] {
  return table.get(keyOf(term)) ?? [];
}

/** The longest run of words that the table knows as one, from `at` on; 1 when it knows none. */
export function phraseLength(words: readonly string[], at: number): number {
  for (let length = Math.min(LONGEST, words.length - at); length > 1; length -= 1) {
    if (table.has(keyOf(words.slice(at, at + length).join(" ")))) return length;
  }
  return 1;
}

const LONGEST = 4;
const table = tableOf(GROUPS);

function tableOf(groups: string): ReadonlyMap<string, readonly string[]> {
  const made = new Map<string, string[]>();
  for (const line of groups.trim().split("\n")) {
    const members = line.split("|").map((member) => member.trim());
    for (const member of members) {
      const others = members.filter((other) => keyOf(other) !== keyOf(member));
      made.set(keyOf(member), [...new Set([...(made.get(keyOf(member)) ?? []), ...others])]);
    }
  }
  return made;
}

function keyOf(term: string): string {
  return term
    .split(/[\s-]+/)
    .map(stemOf)
    .join(" ");
}
