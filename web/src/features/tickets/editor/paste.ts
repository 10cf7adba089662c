import { Fragment, type Schema, Slice } from "@tiptap/pm/model";

/** Plain text as it is pasted: a paragraph for each line, blank ones too. */
export function linesAsSlice(text: string, schema: Schema): Slice {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const paragraphs = lines.map((line) =>
    schema.nodes.paragraph?.create(null, line ? schema.text(line) : null),
  );
  return new Slice(Fragment.fromArray(paragraphs.filter((one) => one !== undefined)), 1, 1);
}

/**
 * HTML of Word, Outlook, Google Docs or a page as the editor reads it: paragraphs that Word numbers become lists,
 * headings bold lines, and what only a program or a machine reads goes. The editor drops what it does not know.
 */
export function cleanPaste(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(/<!--[\s\S]*?-->/g, ""), "text/html");
  const { body } = page;
  for (const one of body.querySelectorAll("script, style, title, meta, link, noscript, template"))
    one.remove();
  for (const element of [...body.querySelectorAll<HTMLElement>("*")]) {
    if (isHidden(element)) element.remove();
    else if (element.localName.includes(":")) element.replaceWith(...element.childNodes);
  }
  makeLists(body);
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) makeBold(heading);
  for (const block of body.querySelectorAll("p, div")) dropFiller(block);
  return body.innerHTML;
}

function isHidden({ style, localName }: HTMLElement): boolean {
  if (localName === "br") return false;
  return (
    style.display === "none" || style.visibility === "hidden" || /^0(px|pt)?$/.test(style.fontSize)
  );
}

function makeBold(heading: Element): void {
  const line = heading.ownerDocument.createElement("p");
  const strong = heading.ownerDocument.createElement("strong");
  strong.append(...heading.childNodes);
  line.append(strong);
  heading.replaceWith(line);
}

/** A line that holds nothing but a break or a no-break space is empty. */
function dropFiller(block: Element): void {
  if (block.querySelector("img, table, ul, ol, p, div")) return;
  if (block.textContent?.replace(/\u00a0/g, "").trim() === "") block.replaceChildren();
}

/** Word writes an item as a paragraph whose style names list and level, with its bullet as text. */
function makeLists(body: HTMLElement): void {
  const items = [...body.querySelectorAll<HTMLElement>("p, div, h1, h2, h3")].filter(levelOf);
  const done = new Set<Element>();
  for (const first of items) {
    if (done.has(first)) continue;
    const run = [first];
    let next = first.nextElementSibling;
    while (next && levelOf(next)) {
      run.push(next as HTMLElement);
      next = next.nextElementSibling;
    }
    for (const one of run) done.add(one);
    const place = first.ownerDocument.createElement("div");
    first.before(place);
    place.replaceWith(listOf(run));
  }
}

/** On which level Word counts a paragraph as an item; 0: it is none. */
function levelOf(element: Element): number {
  const found = /mso-list:\s*\S+\s+level(\d+)/i.exec(element.getAttribute("style") ?? "");
  return Number(found?.[1] ?? 0);
}

function listOf(run: HTMLElement[]): DocumentFragment {
  const page = run[0]?.ownerDocument ?? document;
  const whole = page.createDocumentFragment();
  const open: { level: number; list: HTMLElement }[] = [];
  for (const paragraph of run) {
    const level = levelOf(paragraph);
    const name = takeBullet(paragraph) ? "ol" : "ul";
    while (open.length > 1 && (open.at(-1)?.level ?? 0) > level) open.pop();
    const current = open.at(-1);
    const isDeeper = current !== undefined && level > current.level;
    if (!current || isDeeper || current.list.localName !== name) {
      const list = page.createElement(name);
      if (isDeeper) (current.list.lastElementChild ?? current.list).append(list);
      else if (open.length > 1) {
        open.pop();
        (open.at(-1)?.list.lastElementChild ?? whole).append(list);
      } else {
        open.pop();
        whole.append(list);
      }
      open.push({ level, list });
    }
    const item = page.createElement("li");
    const line = page.createElement("p");
    line.append(...paragraph.childNodes);
    item.append(line);
    open.at(-1)?.list.append(item);
    paragraph.remove();
  }
  return whole;
}

/** Takes the bullet that Word wrote as text away; tells whether it was a number. */
function takeBullet(paragraph: HTMLElement): boolean {
  const marks = [...paragraph.querySelectorAll<HTMLElement>("span")].filter((span) =>
    /mso-list:\s*ignore/i.test(span.getAttribute("style") ?? ""),
  );
  const bullet = marks.map((mark) => mark.textContent ?? "").join("");
  for (const mark of marks) mark.remove();
  return /^\s*(?:\d+|[a-z]{1,4})[.)]/i.test(bullet);
}
