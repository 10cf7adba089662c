/**
 * How each element is written in a mail, where its plain form looks different from the editor's or differs from
 * one mail program to the next. Only what Outlook, Gmail and Apple Mail show
 * (api/tests/mail/test_mail_programs.py holds it against their lists), and no colour for text: dark modes choose it.
 */
const STYLES: Record<string, string> = {
  blockquote: "margin:0 0 12px;padding-left:12px;border-left:2px solid #b0b0b0",
  ul: "margin:0 0 12px",
  ol: "margin:0 0 12px",
  pre: "margin:0 0 12px;padding:8px;border:1px solid #b0b0b0;font-family:Consolas,monospace",
  code: "font-family:Consolas,monospace",
  table: "margin:0 0 12px;border-collapse:collapse",
  td: "padding:4px 8px;border:1px solid #b0b0b0;vertical-align:top",
  th: "padding:4px 8px;border:1px solid #b0b0b0;vertical-align:top;text-align:left",
};
/** A nested list, a quote or code below an item begins at once. */
const INSIDE = "li, td, th, blockquote";
/** What stays of each element; whatever else it has is the editor's own. */
const KEPT: Record<string, string[]> = {
  a: ["href"],
  img: ["src", "alt", "width", "height"],
  ol: ["start"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan"],
};
/** Elements whose name not every mail program knows, and the one that all do. */
const KNOWN_NAMES: Record<string, string> = { s: "del", p: "div" };

/** The editor's HTML as a mail has it; null where its text alone says all of it. */
export function mailHtml(html: string): string | null {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const mention of page.querySelectorAll("span[data-mention]"))
    mention.replaceWith(mention.textContent ?? "");
  for (const one of page.querySelectorAll("colgroup")) one.remove();
  const { body } = page;
  if (!isFormatted(body)) return null;
  for (const line of [...body.querySelectorAll("p")].filter(standsForParent)) {
    line.parentElement?.setAttribute("dir", "auto");
    line.replaceWith(...line.childNodes);
  }
  for (const element of [...body.querySelectorAll("*")]) dress(element);
  return body.innerHTML;
}

function isFormatted(body: Element): boolean {
  return [...body.querySelectorAll("*")].some((element) => {
    const name = element.localName;
    if (name === "a") return element.getAttribute("href") !== element.textContent;
    return name !== "p" && name !== "br";
  });
}

function dress(element: Element): void {
  const name = element.localName;
  const dir = element.hasAttribute("dir");
  const kept = KEPT[name] ?? [];
  for (const { name: attribute } of [...element.attributes])
    if (!kept.includes(attribute)) element.removeAttribute(attribute);
  if (dir) element.setAttribute("dir", "auto");
  const isCodeOfBlock = name === "code" && element.parentElement?.localName === "pre";
  const style = STYLES[name];
  if (style && !isCodeOfBlock) {
    const isInside = element.parentElement?.matches(INSIDE) ?? false;
    element.setAttribute("style", isInside ? style.replace("0 0 12px", "0") : style);
  }
  if (name === "p" && element.childNodes.length === 0) element.append(newIn(element, "br"));
  const known = KNOWN_NAMES[name];
  if (known) rename(element, known);
}

/** A paragraph that begins an item or is all of a cell: its item or cell stands for it in a mail. */
function standsForParent(element: Element): boolean {
  const parent = element.parentElement;
  if (element !== parent?.firstElementChild) return false;
  if (parent.localName === "li") return true;
  return /^t[dh]$/.test(parent.localName) && parent.childElementCount === 1;
}

function rename(element: Element, name: string): void {
  const renamed = newIn(element, name);
  for (const { name: attribute, value } of [...element.attributes])
    renamed.setAttribute(attribute, value);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

const newIn = (element: Element, name: string) => element.ownerDocument.createElement(name);
