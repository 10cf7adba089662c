import type { Node } from "@tiptap/pm/model";

/** Whether a document is no more than the lines of its text. */
export function isOnlyText(doc: Node): boolean {
  let plain = true;
  doc.descendants((node) => {
    const { name } = node.type;
    const isLine = name === "paragraph" || name === "hardBreak" || node.isText;
    plain &&= isLine && node.marks.every((mark) => isOwnAddress(node, mark.attrs.href));
    return plain;
  });
  return plain;
}

/** A link that says its own address is made again of the text by whatever shows it. */
function isOwnAddress(node: Node, href: unknown): boolean {
  return href === node.text && /^https?:/.test(node.text ?? "");
}

/** The text of a document, line by line: lists, quotes and tables as one writes them without formatting. */
export function textOf(doc: Node): string {
  return linesOf(doc).join("\n");
}

function linesOf(block: Node): string[] {
  if (block.isTextblock) return inlineText(block).split("\n");
  const { name } = block.type;
  if (name === "tableRow") return [childrenOf(block).map(cellText).join(" | ")];
  if (name === "horizontalRule") return ["----------"];
  const lines: string[] = [];
  block.forEach((child, _offset, index) => {
    const own = linesOf(child);
    if (name === "bulletList") lines.push(...indented("* ", own));
    else if (name === "orderedList")
      lines.push(...indented(`${index + Number(block.attrs.start ?? 1)}. `, own));
    else if (name === "blockquote") lines.push(...own.map((line) => `> ${line}`.trimEnd()));
    else lines.push(...own);
  });
  return lines;
}

function indented(bullet: string, lines: string[]): string[] {
  const space = " ".repeat(bullet.length);
  return lines.map((line, index) => (index === 0 ? bullet : space) + line);
}

const childrenOf = (block: Node) => [...block.content.content];
const cellText = (cell: Node) => childrenOf(cell).flatMap(linesOf).join(" ");

function inlineText(block: Node): string {
  return block.textBetween(0, block.content.size, "\n", (leaf) => {
    if (leaf.type.name === "hardBreak") return "\n";
    if (leaf.type.name === "mention") return `@${leaf.attrs.name}`;
    return "";
  });
}
