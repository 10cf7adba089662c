import { Extension, Node } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import { TableKit } from "@tiptap/extension-table";
import StarterKit from "@tiptap/starter-kit";

/** Each of these takes its direction from its own first letter. */
const DIRECTED = [
  "paragraph",
  "blockquote",
  "bulletList",
  "orderedList",
  "tableCell",
  "tableHeader",
];

const OwnDirection = Extension.create({
  name: "ownDirection",
  addGlobalAttributes: () => [
    { types: DIRECTED, attributes: { dir: { default: "auto", parseHTML: () => "auto" } } },
  ],
});

/** A picture in the text: always one of the message's own attachments. */
const AttachedImage = Image.extend({
  draggable: true,
  parseHTML: () => [{ tag: 'img[src^="/api/v1/attachments/"]' }],
});

/** Somebody of the staff, or a team, whom the text names by `@`. */
const Mention = Node.create({
  name: "mention",
  group: "inline",
  inline: true,
  atom: true,
  selectable: false,
  addAttributes: () => ({
    kind: {
      default: "staff",
      parseHTML: (element) => element.dataset.mention?.split(":")[0],
      renderHTML: () => ({}),
    },
    id: {
      default: 0,
      parseHTML: (element) => Number(element.dataset.mention?.split(":")[1]),
      renderHTML: ({ kind, id }) => ({ "data-mention": `${kind}:${id}` }),
    },
    name: {
      default: "",
      parseHTML: (element) => element.textContent?.replace(/^@/, ""),
      renderHTML: () => ({}),
    },
  }),
  parseHTML: () => [{ tag: "span[data-mention]" }],
  renderHTML: ({ node, HTMLAttributes }) => ["span", HTMLAttributes, `@${node.attrs.name}`],
  renderText: ({ node }) => `@${node.attrs.name}`,
});

/** All that a reply or a note may hold; `mailHtml` says how each of it is written in a mail. */
export const extensions = [
  StarterKit.configure({
    heading: false,
    underline: false,
    trailingNode: false,
    link: { openOnClick: false, defaultProtocol: "https", protocols: ["mailto", "tel"] },
  }),
  TableKit.configure({ table: { resizable: false } }),
  AttachedImage.configure({ inline: true }),
  Mention,
  OwnDirection,
];
