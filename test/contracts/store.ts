import { describe } from "vitest";

import type { Store } from "../../src/store/store.ts";
import { describeDesk } from "./store-desk.ts";
import { describeInbox } from "./store-inbox.ts";
import { describeLedger } from "./store-ledger.ts";
import { describeOutbox } from "./store-outbox.ts";
import { describePlatforms } from "./store-platforms.ts";
import { describeStaff } from "./store-staff.ts";
import { describeTurns } from "./store-turns.ts";
import { describeUpkeep } from "./store-upkeep.ts";
import { describeVerifications } from "./store-verifications.ts";

/**
 * What every implementation of the store owes. `open` gives an empty store of its own to each test, and clears it
 * away when the test has finished.
 */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`the ${name} store`, () => {
    describeInbox(open);
    describeTurns(open);
    describeDesk(open);
    describeOutbox(open);
    describeLedger(open);
    describeUpkeep(open);
    describePlatforms(open);
    describeStaff(open);
    describeVerifications(open);
  });
}
