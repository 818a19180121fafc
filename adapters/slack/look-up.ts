/** Slack gives us 3 s from its event to our acknowledgement, and the disk wants its share. */
export const LOOK_UP_MS = 1_000;
