import { describe, expect, it } from "vitest";

import { refuseProgramByContent, refuseProgramByName } from "../src/attachments.ts";

const refusal = expect.objectContaining({ code: "attachment_unavailable" }) as Error;

describe("a file between people", () => {
  it.each([
    "setup.exe",
    "invoice.pdf.EXE",
    "invoice.scr",
    "run.bat",
    "run.ps1",
    "macro.vbs",
    "payload.js",
    "app.jar",
    "disk.iso",
    "link.lnk",
    "page.hta",
    "phone.apk",
    // Shown as "annjpg.exe" turned round, and names whose end a file system drops.
    "ann\u{202E}gpj.exe",
    "setup.exe.",
    "setup.exe  ",
    "setup.ex\u{200B}e",
  ])("is not passed on when its name is one of a program: %j", (name) => {
    expect(() => refuseProgramByName({ name, mimeType: "application/octet-stream" })).toThrow(refusal);
  });

  it("is not passed on when its kind is one of a program, whatever its name", () => {
    const mimeType = "application/X-MSDownload";
    expect(() => refuseProgramByName({ name: "photo.png", mimeType })).toThrow(refusal);
  });

  it.each([
    "photo.png",
    "invoice.pdf",
    "server.log",
    "dump.json",
    "archive.zip",
    "sheet.xlsx",
    "main.py",
    "setup.sh",
    "index.ts",
    "exe",
    "notes.exe.txt",
    "",
  ])("is passed on as what people show each other: %j", (name) => {
    expect(() => refuseProgramByName({ name, mimeType: "text/plain" })).not.toThrow();
  });

  it.each([
    ["Windows", windowsProgram()],
    ["Linux", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])],
    ["macOS", Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1])],
    ["several processors", Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2])],
    ["a shortcut", Buffer.from([0x4c, 0, 0, 0, 1, 0x14, 2, 0])],
  ])("is not passed on when it is a program under another name: %s", (_, bytes) => {
    expect(() => refuseProgramByContent(bytes)).toThrow(refusal);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
    ["words that begin with MZ", Buffer.from("MZ is short for Mark Zbikowski.".repeat(5))],
    ["a short text", Buffer.from("MZ")],
  ])("is passed on when it only looks a little like one: %s", (_, bytes) => {
    expect(() => refuseProgramByContent(bytes)).not.toThrow();
  });
});

function windowsProgram(): Buffer {
  const bytes = Buffer.alloc(0x100);
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write("PE\0\0", 0x80, "latin1");
  return bytes;
}
