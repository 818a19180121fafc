import { describeStore } from "../contracts/store.ts";
import { storeOnFile } from "../servers/shop.ts";

describeStore("SQLite", storeOnFile);
