/**
 * Makes the compact samples in `data/` from the public sets: `node bench/signals/derive.ts FOLDER`, where FOLDER holds
 * the sets as their authors publish them (see data/README.md for sources). Seeded: the same input gives the same files.
 * With `--held-out` it makes those in `data/held-out/` instead, from the parts that their authors keep for measuring.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { seeded } from "../../test/servers/random.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("Usage: node bench/signals/derive.ts FOLDER");

const BITEXT: Readonly<Record<string, string>> = {
  contact_human_agent: "human -angry -refund -plan -other other",
  complaint: "-human -refund -plan -other feedback",
  review: "none feedback",
  cancel_order: "-human -angry -other order_status",
  change_order: "none order_status",
  track_order: "none order_status",
  place_order: "none order_status how_to",
  delivery_options: "none order_status",
  delivery_period: "none order_status",
  change_shipping_address: "none order_status account",
  set_up_shipping_address: "none account order_status",
  check_invoice: "none billing",
  get_invoice: "none billing",
  check_payment_methods: "none billing",
  payment_issue: "-human -refund -plan -other billing",
  check_cancellation_fee: "none billing",
  get_refund: "-human -angry -plan -other refund",
  track_refund: "none refund",
  check_refund_policy: "none refund",
  create_account: "-human -angry -refund -other account",
  delete_account: "-human -angry -refund -other account",
  edit_account: "none account",
  recover_password: "none account",
  registration_problems: "-human -refund -plan -other account",
  newsletter_subscription: "none account",
};

const BANKING: readonly (readonly [string, RegExp])[] = [
  ["none order_status", /^(?:card_arrival|card_delivery_estimate|order_physical_card)$/],
  ["-human -plan -other refund", /^(?:Refund_not_showing_up)$/],
  ["-human -plan -other refund", /^request_refund$/],
  [
    "-human -plan -other billing",
    /^(?:card_payment_fee_charged|cash_withdrawal_charge|transaction_charged_twice|extra_charge_on_statement|transfer_fee_charged|direct_debit_payment_not_recognised|card_payment_not_recognised|pending_card_payment|top_up_by_card_charge|exchange_charge|declined_card_payment)$/,
  ],
  [
    "none account",
    /^(?:edit_personal_details|passcode_forgotten|pin_blocked|terminate_account|verify_my_identity|unable_to_verify_identity|why_verify_identity|change_pin|lost_or_stolen_phone)$/,
  ],
  [
    "none how_to",
    /^(?:apple_pay_or_google_pay|exchange_via_app|topping_up_by_card|card_linking|getting_spare_card|get_disposable_virtual_card)$/,
  ],
  [
    "-human -refund -plan -other bug_report",
    /^(?:card_not_working|contactless_not_working|virtual_card_not_working|top_up_failed|failed_transfer)$/,
  ],
  ["none other", /^(?:age_limit|country_support|exchange_rate|atm_support)$/],
];

const SMALL_TALK =
  /^(?:greeting|goodbye|thank_you|tell_joke|how_old_are_you|what_is_your_name|where_are_you_from|do_you_have_pets|what_are_your_hobbies|meaning_of_life|fun_fact|who_made_you|what_can_i_ask_you)$/;
const ELSEWHERE =
  /^(?:translate|weather|recipe|play_music|book_flight|restaurant_suggestion|traffic|timer|alarm|definition|calculator|vaccines|tire_change|jump_start|oos|travel_suggestion|calories|directions|exchange_rate|smart_home|measurement_conversion)$/;
const ACCOUNT = /^(?:account_blocked|pin_change|change_user_name)$/;

/** GoEmotions' numbers: anger and annoyance against what is plainly calm. Strangers on a forum, so only a proxy. */
const ANGRY = new Set(["2", "3"]);
const CALM = new Set(["0", "1", "4", "5", "7", "13", "15", "17", "20", "27"]);

const random = seeded(20_261_124);

if (process.argv.includes("--held-out")) {
  write("held-out/bitext", sample(bitext(join(folder, "bitext/dev.csv")), 25));
  write("held-out/banking77", sample(banking(join(folder, "banking77/test.csv")), 12));
  write("held-out/clinc150", sample(clinc(join(folder, "clinc150/data.json"), ["val", "oos_val"]), 12));
  write("held-out/goemotions", sample(emotions(join(folder, "goemotions/dev.tsv")), 250));
  write("held-out/abcd", sample(dialogues(join(folder, "abcd/abcd_sample.json")), 100));
} else {
  write("bitext", sample(bitext(join(folder, "bitext/train.csv")), 130));
  write("banking77", sample(banking(join(folder, "banking77/train.csv")), 45));
  write("clinc150", sample(clinc(join(folder, "clinc150/data.json"), ["train", "oos_train"]), 26));
  write("goemotions", sample(emotions(join(folder, "goemotions/train.tsv")), 1_100));
}

interface Row {
  readonly tags: string;
  readonly group: string;
  readonly text: string;
}

function bitext(from: string): readonly Row[] {
  return rowsOf(from).flatMap(([text = "", intent = ""]) => {
    const tags = BITEXT[intent];
    return tags === undefined ? [] : [{ tags, group: intent, text }];
  });
}

function banking(from: string): readonly Row[] {
  return rowsOf(from).flatMap(([text = "", intent = ""]) => {
    const tags = BANKING.find(([, pattern]) => pattern.test(intent))?.[0];
    return tags === undefined ? [] : [{ tags, group: intent, text }];
  });
}

function clinc(from: string, parts: readonly string[]): readonly Row[] {
  const sets = JSON.parse(readFileSync(from, "utf8")) as Record<string, [string, string][]>;
  return parts
    .flatMap((part) => sets[part] ?? [])
    .flatMap(([text, intent]) => {
      if (intent === "are_you_a_bot") return [{ tags: "none other small_talk", group: intent, text }];
      if (SMALL_TALK.test(intent)) return [{ tags: "none small_talk", group: intent, text }];
      if (ELSEWHERE.test(intent)) return [{ tags: "none other", group: intent, text }];
      if (ACCOUNT.test(intent)) return [{ tags: "none account", group: intent, text }];
      return intent === "order_status" ? [{ tags: "none order_status", group: intent, text }] : [];
    });
}

function emotions(from: string): readonly Row[] {
  const lines = readFileSync(from, "utf8").split("\n");
  return lines.flatMap((line) => {
    const [text = "", labels = ""] = line.split("\t");
    const all = labels.split(",");
    if (text.includes("[NAME]") || text.length > 140) return [];
    if (all.every((label) => ANGRY.has(label))) return [{ tags: "angry", group: "angry", text }];
    return all.every((label) => CALM.has(label)) ? [{ tags: "-angry -human", group: "calm", text }] : [];
  });
}

/** What customers say in the dialogues: all of it to an agent, none of it in anger or about anybody else's account. */
function dialogues(from: string): readonly Row[] {
  const all = JSON.parse(readFileSync(from, "utf8")) as readonly {
    readonly scenario: { readonly subflow: string };
    readonly original: readonly (readonly [speaker: string, text: string])[];
  }[];
  return all.flatMap(({ scenario, original }) =>
    original.flatMap(([speaker, text]) =>
      speaker === "customer" ? [{ tags: "-human -angry -plan -other", group: scenario.subflow, text }] : [],
    ),
  );
}

function rowsOf(path: string): readonly (readonly string[])[] {
  const rows: string[][] = parse(readFileSync(path, "utf8"), { relax_column_count: true });
  return rows.slice(1);
}

/** At most `most` different texts of each group. */
function sample(rows: readonly Row[], most: number): readonly Row[] {
  const taken = new Map<string, number>();
  const seen = new Set<string>();
  return random.shuffled(rows).filter((row) => {
    const key = row.text.toLowerCase().replace(/[^a-z]+/g, " ");
    const count = taken.get(row.group) ?? 0;
    if (seen.has(key) || count >= most) return false;
    seen.add(key);
    taken.set(row.group, count + 1);
    return true;
  });
}

function write(name: string, rows: readonly Row[]): void {
  const byTags = Map.groupBy(rows, (row) => `@ ${row.group} | ${row.tags}`);
  const parts = [...byTags].sort(([left], [right]) => (left < right ? -1 : 1));
  const text = parts.map(([header, group]) => [header, ...group.map((row) => oneLine(row.text))].join("\n"));
  writeFileSync(new URL(`./data/${name}.txt`, import.meta.url), `${text.join("\n\n")}\n`);
}

function oneLine(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/^([@[#])/, " $1");
}
