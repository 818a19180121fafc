import type { Prepared } from "./prepare.ts";

/**
 * Does answering need more than one look-up? Points for length, several questions, several conditions, code and logs,
 * interfaces and protocols; two points are complex. `words` names what earned them.
 */
export function findComplexity(message: Prepared): { readonly points: number; readonly words: string } {
  const { plain, sentences, style } = message;
  const all = sentences.join(" . ");
  const words = all === "" ? 0 : all.split(" ").length;
  let points = 0;
  const why: string[] = [];
  const add = (value: number, name: string): void => {
    points += value;
    why.push(name);
  };
  if (words > 90) add(2, "very long");
  else if (words > 45) add(1, "long");
  if (
    style.codeBlock ||
    /^\s{2,}at \S+ ?\(|Traceback \(most recent|^\s*[{[]\s*"\w+":|\b\w+(?:Error|Exception)\b|^\s*(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d)/mu.test(
      plain,
    )
  ) {
    add(2, "code or log");
  }
  const technical = new Set(all.match(TECHNICAL) ?? []).size;
  if (technical >= 3) add(2, "technical");
  else if (technical > 0) add(technical === 2 ? 1.5 : 1, "technical");
  if (
    /\b(?:[45]\d\d)\b/u.test(plain) &&
    /\b(?:error|http|status|code|response|returns?|getting|got)\b/iu.test(plain)
  )
    add(0.7, "status code");
  const parts = all.match(PARTS)?.length ?? 0;
  if (parts > 0) add(Math.min(2, parts * 0.7), "several parts");
  if (style.questions >= 2) add(Math.min(2, (style.questions - 1) * 0.8), "several questions");
  const listed = plain.match(/^\s*(?:\d[.)]|[-*•])\s/gmu)?.length ?? 0;
  if (listed >= 2) add(2, "list");
  const conditions = all.match(CONDITIONS)?.length ?? 0;
  if (conditions > 0) add(Math.min(1.6, conditions * 0.8), "conditions");
  if (INVESTIGATE.test(all)) add(0.8, "tried things");
  return { points, words: why.join(", ") };
}

const TECHNICAL =
  /\b(?:api|apis|webhooks?|sdk|curl|oauth2?|saml|sso|scim|cors|jwt|graphql|grpc|endpoints?|payload|json|xml|regex|sql|postgres|mysql|mongodb|redis|kubernetes|k8s|docker|terraform|nginx|proxy|firewall|dns|cname|dmarc|dkim|spf|ssl|tls|certificate|latency|timeouts?|race condition|deadlock|memory leak|stack ?trace|websockets?|idempoten\w+|rate limit\w*|pagination|migrations?|schema|encryption|hmac|signature|callback url|redirect uri|headers?|cron|queue|replication|load balancer|vpc|ip allowlist|whitelist|audit log|console error|localhost|staging|production|npm|python|node|typescript|javascript|java|csv encoding|utf 8|middleware|zapier|terraform|ldap|okta|azure ad|active directory|entra|api key|token|tokens|bulk|sync\w*|integration|reconcil\w+|proration|prorated|vat|reverse charge|invoices? \w+ mismatch)\b/gu;

const PARTS =
  /\b(?:also|additionally|furthermore|secondly|second question|another (?:question|thing|issue|problem)|and (?:then|also|another|why|how|what|can|does|is there|where|when|do)|on top of that|plus i|as well as|two (?:questions|things|issues|problems)|three (?:questions|things|issues)|a few (?:questions|things|issues)|several (?:issues|questions|problems)|first|finally|besides|by the way|btw|ausserdem|zusatzlich|und (?:wie|was|warum|kann)|zweitens|ademas|tambien|y (?:como|que|por que|cuando)|segundo|aussi|en plus|par ailleurs|et (?:comment|pourquoi|est ce))\b/gu;

const CONDITIONS =
  /\b(?:only (?:when|if|happens|for|on|after|some)|but only|except when|unless|depending on|in case|if (?:i|we|the|you|it|my|our|they|that)|whereas|even though|although|however|but when|but if|while the|intermittent\w*|sometimes|some of (?:them|the|our)|not all|one of (?:them|the|our)|both|either|wenn ich|nur wenn|nur bei|si (?:cambio|no|el|la|mi|je|on|nous)|solo (?:cuando|si)|seulement (?:quand|si)|uniquement)\b/gu;

const INVESTIGATE =
  /\b(?:i (?:have )?(?:already )?tried|ive (?:already )?tried|we (?:have )?(?:already )?tried|weve tried|reproduc\w+|repro steps|steps to|expected (?:behaviou?r|result)|actual (?:behaviou?r|result)|according to (?:the|your) docs|the docs say|documentation says|debug\w*|investigat\w+|root cause|logs show|in the logs|after (?:updating|upgrading|migrating|enabling|switching)|since (?:the|we|updating|upgrading|yesterdays)|regression|habe schon|he probado|j ai essaye)\b/u;
