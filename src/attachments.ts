import type { Attachment } from "./domain.ts";
import { DeskhandError } from "./errors.ts";

/**
 * What Windows, macOS, Linux or Android run when somebody opens it, or take for a disk. A stranger's program must not
 * reach staff with our name on it, nor a customer from an account that somebody took over. Scripts of servers and
 * source code (`.py`, `.sh`, `.ts`) only open in an editor and are what people show each other.
 */
const RUNS_WHEN_OPENED =
  /\.(?:ade|adp|apk|app|appimage|application|appref-ms|appx|appxbundle|bat|chm|cmd|com|command|cpl|deb|desktop|dll|dmg|exe|gadget|hta|img|inf|ins|iso|jar|jnlp|js|jse|lnk|mde|msc|msi|msix|msixbundle|msp|mst|pif|pkg|ps1|psm1|reg|rpm|scf|scr|sct|settingcontent-ms|shb|sys|url|vb|vbe|vbs|vhd|vhdx|vxd|webloc|workflow|wsc|wsf|wsh|xll|xpi)$/i;
/** Marks that turn the direction of writing (`annexe.gpj` shown as `annjpg.exe`), and what file systems drop at the end. */
const UNSEEN = /[\p{Cc}\p{Cf}]|[\s.]+$/gu;

/** Throws `attachment_unavailable` for a file that its name or kind calls a program. */
export function refuseProgramByName({ name, mimeType }: Pick<Attachment, "name" | "mimeType">): void {
  const isProgram =
    RUNS_WHEN_OPENED.test(name.replaceAll(UNSEEN, "")) || PROGRAMS.has(mimeType.toLowerCase());
  if (isProgram) throw refused();
}

/** Throws `attachment_unavailable` for a program under a harmless name. */
export function refuseProgramByContent(bytes: Uint8Array): void {
  if (isWindowsProgram(bytes) || BEGINNINGS.some((beginning) => beginsWith(bytes, beginning)))
    throw refused();
}

const PROGRAMS: ReadonlySet<string> = new Set([
  "application/vnd.android.package-archive",
  "application/vnd.microsoft.portable-executable",
  "application/x-apple-diskimage",
  "application/x-dosexec",
  "application/x-elf",
  "application/x-executable",
  "application/x-mach-binary",
  "application/x-ms-shortcut",
  "application/x-msdos-program",
  "application/x-msdownload",
  "application/x-msi",
]);

const BEGINNINGS: readonly (readonly number[])[] = [
  // ELF: Linux.
  [0x7f, 0x45, 0x4c, 0x46],
  // Mach-O, in both orders, for one processor and for several (a Java class begins like the last).
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
  // A Windows shortcut.
  [0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00],
];

/** Where a file that begins with "MZ" says that its real header is, and what stands there. */
const HEADER_AT = 0x3c;

function isWindowsProgram(bytes: Uint8Array): boolean {
  if (!beginsWith(bytes, [0x4d, 0x5a]) || bytes.length < HEADER_AT + 4) return false;
  const at = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(HEADER_AT, true);
  return beginsWith(bytes.subarray(at), [0x50, 0x45, 0x00, 0x00]);
}

function beginsWith(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((value, index) => bytes[index] === value);
}

function refused(): DeskhandError {
  return new DeskhandError("attachment_unavailable", "programs are not passed on");
}
