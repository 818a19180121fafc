import type { Installation, InstallationQuery, InstallationStore } from "@slack/bolt";
import { z } from "zod";

import type { AdapterMemory } from "../../src/adapter.ts";
import { createVault } from "./vault.ts";

/** Where workspaces that installed the app are kept: sealed, in the adapter's memory. */
export interface Installations extends InstallationStore {
  /** Null when the workspace has not installed the app, or removed it. */
  find(query: WorkspaceQuery): Promise<Installed | null>;
  remove(query: WorkspaceQuery): Promise<void>;
  teams(): Promise<readonly string[]>;
}

export interface WorkspaceQuery {
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
  /** An installation for a whole organisation is kept once, under the organisation. */
  readonly isEnterpriseInstall: boolean;
}

export interface Installed {
  readonly token: string;
  readonly botUserId: string;
  readonly botId: string;
}

const PREFIX = "install/";
/** Which organisation a workspace belongs to, for answers after a restart: they name the workspace only. */
const ORGANISATION_PREFIX = "organisation/";

const sealedInstallation = z.object({
  bot: z.object({ token: z.string(), userId: z.string(), id: z.string() }),
});

/** @param secret DESKHAND_SECRET. With another one than at installing, nothing opens: workspaces install again. */
export function createInstallations(memory: AdapterMemory, secret: string): Installations {
  const vault = createVault(secret);

  async function read(query: WorkspaceQuery): Promise<unknown> {
    const key = keyOf(query);
    const sealed = await memory.get(key);
    return sealed === null ? null : JSON.parse(vault.open(sealed, key));
  }

  async function withOrganisation(query: WorkspaceQuery): Promise<WorkspaceQuery> {
    const { team, enterprise, isEnterpriseInstall } = query;
    if (!team) return query;
    const key = ORGANISATION_PREFIX + team;
    const known = await memory.get(key);
    if (!isEnterpriseInstall) {
      return known === null ? query : { team, enterprise: known, isEnterpriseInstall: true };
    }
    if (enterprise && known !== enterprise) await memory.set(key, enterprise);
    return query;
  }

  return {
    async storeInstallation(installation) {
      const key = keyOf(queryOf(installation));
      await memory.set(key, vault.seal(JSON.stringify(installation), key));
    },
    async fetchInstallation(query) {
      const found = await read(fromBolt(query));
      if (found === null) throw new Error("The app is not installed there.");
      return found as Installation;
    },
    async deleteInstallation(query) {
      await memory.delete(keyOf(fromBolt(query)));
    },
    async find(query) {
      const asked = await withOrganisation(query);
      const found = await read(asked);
      if (found === null) return null;
      const { bot } = sealedInstallation.parse(found);
      return { token: bot.token, botUserId: bot.userId, botId: bot.id };
    },
    async remove(query) {
      await memory.delete(keyOf(query));
    },
    async teams() {
      const all = await memory.list(PREFIX);
      return all.map(({ key }) => key.slice(PREFIX.length));
    },
  };
}

function keyOf({ team, enterprise, isEnterpriseInstall }: WorkspaceQuery): string {
  const owner = isEnterpriseInstall ? enterprise : team;
  if (!owner) throw new TypeError("An installation without a workspace.");
  return PREFIX + owner;
}

function queryOf(installation: Installation): WorkspaceQuery {
  return {
    team: installation.team?.id,
    enterprise: installation.enterprise?.id,
    isEnterpriseInstall: installation.isEnterpriseInstall ?? false,
  };
}

function fromBolt(query: InstallationQuery<boolean>): WorkspaceQuery {
  return {
    team: query.teamId,
    enterprise: query.enterpriseId,
    isEnterpriseInstall: query.isEnterpriseInstall,
  };
}
