import type { MailAddress, Ticket } from "@/api/types";

/** Who a reply goes to. */
export type People = { to: MailAddress[]; cc: MailAddress[]; bcc: MailAddress[] };
export type RecipientLine = keyof People;

export const recipientLines = ["to", "cc", "bcc"] as const satisfies RecipientLine[];
/** The server asks about more than these, and so does the composer. */
export const MOST_UNASKED = 10;

const MOST_CHARACTERS = 254;
const MOST_LOCAL = 64;
// Some who write to us have dots where none belong, or quotes: they can be answered.
const LOCAL = /^("([^"\\\p{C}]|\\.)+"|[^\s"(),:;<>@[\\\]\p{C}]+)$/u;
const LABEL = /^[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;
const NAMED = /^(.*?)\s*<([^<>]*)>$/;

/** Tells whether mail could reach what was typed; the server has the last word. */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || text.length > MOST_CHARACTERS || local.length > MOST_LOCAL) return false;
  return LOCAL.test(local) && domain.split(".").every((label) => LABEL.test(label));
}

/** What was typed or pasted, address by address: `a@x, Ann <b@y>; c@z`. */
export function readAddresses(text: string): MailAddress[] {
  return text
    .split(/[,;\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .flatMap((part) => {
      const named = NAMED.exec(part);
      if (named) return [{ name: unquoted(named[1] ?? ""), address: (named[2] ?? "").trim() }];
      const words = part.split(/\s+/);
      return words.every((word) => word.includes("@"))
        ? words.map((address) => ({ name: "", address }))
        : [{ name: "", address: part }];
    });
}

/** The default: the requester alone. */
export function requesterAlone(ticket: Ticket): People {
  const { name, email } = ticket.requester;
  return { to: email ? [{ name, address: email }] : [], cc: [], bcc: [] };
}

/** The requester and every participant, but no address of ours. */
export function everybodyOn(ticket: Ticket): People {
  const own = ticket.mailbox?.address;
  const others = ticket.cc
    .filter((one) => one.email && withoutTag(one.email) !== own)
    .map((one) => ({ name: one.name, address: one.email ?? "" }));
  return { ...requesterAlone(ticket), cc: others };
}

export function countOf(people: People): number {
  return people.to.length + people.cc.length + people.bcc.length;
}

export function allOf(people: People): MailAddress[] {
  return recipientLines.flatMap((line) => people[line]);
}

/** Puts somebody on a line; who stands on another one moves here. */
export function withAdded(people: People, line: RecipientLine, added: MailAddress[]): People {
  const next = { ...people };
  for (const one of added) {
    for (const each of recipientLines) {
      next[each] = next[each].filter((held) => !isSame(held, one));
    }
    next[line] = [...next[line], one];
  }
  return next;
}

export function isSamePeople(one: People, other: People): boolean {
  return recipientLines.every(
    (line) =>
      one[line].length === other[line].length &&
      one[line].every((held, at) => {
        const there = other[line][at];
        return there !== undefined && isSame(held, there);
      }),
  );
}

/** How somebody is called where there is room for one word. */
export function shownName(one: MailAddress): string {
  return one.name || one.address;
}

function isSame(one: MailAddress, other: MailAddress): boolean {
  return one.address.toLowerCase() === other.address.toLowerCase();
}

function unquoted(name: string): string {
  return name.replace(/^"(.*)"$/, "$1").trim();
}

function withoutTag(address: string): string {
  return address.toLowerCase().replace(/\+[^@]*@/, "@");
}

/** What the requester is called in the composer's placeholder. */
export function firstName(ticket: Ticket): string {
  return ticket.requester.name.split(" ")[0] ?? ticket.requester.name;
}
