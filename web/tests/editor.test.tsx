import { readFileSync } from "node:fs";
import { Editor } from "@tiptap/core";
import { afterEach, expect, test } from "vitest";
import { isOnlyText, textOf } from "@/features/tickets/editor/content";
import { extensions } from "@/features/tickets/editor/extensions";
import { beforeCaret, fieldOf, putAt } from "@/features/tickets/editor/insertion";
import { mailHtml } from "@/features/tickets/editor/mailHtml";
import { mentionsOf } from "@/features/tickets/editor/mentionsOf";
import { cleanPaste, linesAsSlice } from "@/features/tickets/editor/paste";
import { appended, htmlOfText } from "@/features/tickets/editor/plainHtml";

const made: Editor[] = [];
afterEach(() => {
  for (const editor of made.splice(0)) editor.destroy();
});

function editorOf(html: string): Editor {
  const editor = new Editor({
    element: document.createElement("div"),
    extensions,
    content: html,
    parseOptions: { preserveWhitespace: true },
    injectCSS: false,
  });
  made.push(editor);
  return editor;
}

const mailOf = (html: string) => mailHtml(editorOf(html).getHTML());

test.each([
  "",
  "One line",
  "Two\nlines",
  "A paragraph\n\nand another\n",
  "  indented\n\tby a tab",
  "<b>no markup</b> & more",
])("plain text stays as it is: %j", (text) => {
  const { doc } = editorOf(htmlOfText(text)).state;
  expect(textOf(doc)).toBe(text);
  expect(isOnlyText(doc)).toBe(true);
});

test("what has no formatting is sent as text", () => {
  expect(mailOf("<p>Hello</p><p></p><p>Ann</p>")).toBeNull();
  const address = editorOf('<p>See <a href="https://example.org/">https://example.org/</a></p>');
  expect(isOnlyText(address.state.doc)).toBe(true);
  expect(mailHtml(address.getHTML())).toBeNull();
});

test("a line is a line in a mail, and a blank one stays", () => {
  expect(mailOf("<p>Hello <strong>Ann</strong>,</p><p></p><p>it <s>was</s> works.</p>")).toBe(
    '<div dir="auto">Hello <strong>Ann</strong>,</div><div dir="auto"><br></div>' +
      '<div dir="auto">it <del>was</del> works.</div>',
  );
});

test("items and cells are no paragraphs in a mail", () => {
  const html = mailOf(
    "<ul><li><p>one</p></li><li><p>two</p><ul><li><p>deep</p></li></ul></li></ul>" +
      "<table><tbody><tr><th><p>Gateway</p></th></tr><tr><td><p>A</p></td></tr></tbody></table>",
  );
  expect(html).toContain('<li dir="auto">one</li>');
  expect(html).toContain(
    '<li dir="auto">two<ul dir="auto" style="margin:0"><li dir="auto">deep</li></ul></li>',
  );
  expect(html).toMatch(/<th [^>]*>Gateway<\/th>/);
  expect(html).toMatch(/<td [^>]*>A<\/td>/);
  expect(html).not.toContain("<p");
  expect(html).not.toContain("colgroup");
});

test("the text of lists, quotes and tables is written as one writes it without formatting", () => {
  const { doc } = editorOf(
    "<p>Hello</p><ol start=3><li><p>three</p></li><li><p>four</p><ul><li><p>deep</p></li></ul></li></ol>" +
      "<blockquote><p>said</p></blockquote><pre><code>a = 1\n  b</code></pre><hr>" +
      "<table><tbody><tr><th><p>Gateway</p></th><th><p>Timer</p></th></tr></tbody></table>",
  ).state;
  expect(textOf(doc)).toBe(
    "Hello\n3. three\n4. four\n   * deep\n> said\na = 1\n  b\n----------\nGateway | Timer",
  );
});

test("an image is one of the message's own attachments, or none", () => {
  const html =
    '<p>a<img src="/api/v1/attachments/7?inline=1" alt="x"><img src="https://x.example/t.gif">b</p>';
  expect(editorOf(html).getHTML().match(/<img/g)).toHaveLength(1);
  expect(mailOf(html)).toContain('<img src="/api/v1/attachments/7?inline=1" alt="x">');
});

test("a link of a script is none", () => {
  const html = '<p><a href="javascript:alert(1)">x</a></p>';
  expect(editorOf(html).getHTML()).not.toContain("javascript");
});

test("people and teams that are mentioned are told, and a mention alone is no formatting", () => {
  const editor = editorOf(
    '<p><span data-mention="staff:3">@Ann Lee</span> and <span data-mention="team:2">@Network</span>' +
      ' and <span data-mention="staff:3">@Ann Lee</span></p>',
  );
  const html = editor.getHTML();
  expect(mentionsOf(html)).toEqual({ staff_ids: [3], team_ids: [2] });
  expect(textOf(editor.state.doc)).toBe("@Ann Lee and @Network and @Ann Lee");
  expect(isOnlyText(editor.state.doc)).toBe(false);
  expect(mailHtml(html)).toBeNull();
  expect(mentionsOf(null)).toEqual({ staff_ids: [], team_ids: [] });
});

test("a macro's text takes the trigger's place, what was typed after it stays", () => {
  const editor = editorOf("<p>Hello ::ho</p><p>Bye</p>");
  editor.commands.setTextSelection(11);
  const field = fieldOf(editor, () => {});
  const trigger = field.trigger();
  expect(trigger).toMatchObject({ words: "ho", typed: "::ho" });
  if (!trigger) throw new Error("no trigger");
  field.place(trigger, { text: "it holds", html: "<div>it <b>holds</b></div>" });
  expect(editor.getHTML()).toBe(
    '<p dir="auto">Hello it <strong>holds</strong></p><p dir="auto">Bye</p>',
  );
  field.place(trigger, { text: "again", html: null });
  expect(textOf(editor.state.doc)).toBe("Hello it holds\nByeagain");
});

test("lines that are put into a text stay lines, and nothing takes a trigger away", () => {
  const editor = editorOf("<p>Hello </p>");
  const end = { from: 7, to: 7 };
  putAt(editor, end, { text: "Ann\n\nBob", html: null });
  expect(textOf(editor.state.doc)).toBe("Hello Ann\n\nBob");
  putAt(editor, { from: 1, to: 7 }, { text: "", html: null });
  expect(textOf(editor.state.doc)).toBe("Ann\n\nBob");
  expect(beforeCaret(editor).text.length).toBeGreaterThanOrEqual(0);
});

test("pasted plain text keeps its blank lines", () => {
  const editor = editorOf("<p></p>");
  const slice = linesAsSlice("a\r\n\r\nb", editor.schema);
  editor.view.dispatch(editor.state.tr.replaceSelection(slice));
  expect(textOf(editor.state.doc)).toBe("a\n\nb");
});

test("what is appended to a draft that no editor shows keeps both parts' formatting", () => {
  const held = { text: "Hi", html: null };
  expect(appended(held, { text: " you", html: null })).toEqual({ text: "Hi you", html: null });
  expect(appended(held, { text: "you", html: "<b>you</b>" })).toEqual({
    text: "Hiyou",
    html: "<p>Hi</p><b>you</b>",
  });
});

/** Each of what the editor can produce, as its mail has it: api/tests/mail/test_mail_programs.py reads them. */
const ALL_FORMATS = {
  marks: "<p><strong>bold</strong> <em>italic</em> <s>gone</s> <code>x = 1</code></p>",
  link: '<p>See <a href="https://example.org/manual">the manual</a></p>',
  list: "<ul><li><p>one</p><ul><li><p>deep</p></li></ul></li><li><p>two</p><p>more</p></li></ul>",
  numbers: '<ol start="3"><li><p>three</p></li><li><p>four</p></li></ol>',
  quote: "<blockquote><p>said</p><blockquote><p>before</p></blockquote></blockquote>",
  code: "<pre><code>a = 1\n  b = 2</code></pre>",
  rule: "<p>above</p><hr><p>below</p>",
  table:
    "<table><tbody><tr><th><p>Gateway</p></th><th><p>Timer</p></th></tr>" +
    '<tr><td><p>A</p></td><td colspan="1"><p>1,200 s</p><p>now</p></td></tr></tbody></table>',
  image: '<p>Here: <img src="/api/v1/attachments/1?inline=1" alt="chart.png"></p>',
  breaks: "<p><strong>one</strong><br>two</p><p></p><p>three</p>",
};

test("all that the editor can produce is what the mails' tests are told of", async () => {
  const mails = Object.entries(ALL_FORMATS).map(([name, html]) => [name, mailOf(html)]);
  expect(mails.every(([, html]) => html !== null)).toBe(true);
  const told = `${JSON.stringify(Object.fromEntries(mails), null, 2)}\n`;
  await expect(told).toMatchFileSnapshot("editorMails.json");
  const { nodes, marks } = editorOf("").schema;
  const seen = new Set<string>();
  editorOf(Object.values(ALL_FORMATS).join("")).state.doc.descendants((node) => {
    seen.add(node.type.name);
    for (const mark of node.marks) seen.add(mark.type.name);
  });
  // A mention is its name, and a document no element.
  const all = [...Object.keys(nodes), ...Object.keys(marks)];
  expect(all.filter((name) => !seen.has(name))).toEqual(["doc", "mention"]);
});

/** What is pasted from a program, as the editor has it then; without directions, which all have. */
function pasted(program: string): string {
  const editor = editorOf("<p></p>");
  editor.view.pasteHTML(cleanPaste(readFileSync(`tests/pasted/${program}.html`, "utf8")));
  return editor.getHTML().replaceAll(' dir="auto"', "");
}

test("what is pasted from Word has its lists, and none of Word's own", () => {
  const html = pasted("word");
  expect(html).toContain("<p><strong>Restart the gateway</strong></p>");
  expect(html).toContain("<strong>Before you begin</strong>, save your <em>work</em>.");
  expect(html).toMatch(/<ol[^>]*><li><p>Open the panel<\/p><ol[^>]*><li><p>the grey one/);
  expect(html).toMatch(/<li><p>Press the switch<\/p><\/li><\/ol><ul><li><p>Wait/);
  expect(html).not.toMatch(/mso|o:p|style|class|supportLists|·/);
});

test("what is pasted from Outlook keeps links and tables, and nothing hidden", () => {
  const html = pasted("outlook");
  expect(html).toMatch(
    /see <a [^>]*href="https:\/\/status.example\/gateway"[^>]*>the status page<\/a>/,
  );
  expect(html).toMatch(/<td[^>]*><p>Gateway<\/p><\/td><td[^>]*><p>B<\/p>/);
  expect(html).not.toMatch(/tracking|<img|mso/i);
});

test("what is pasted from Google Docs is bold where it was", () => {
  const html = pasted("docs");
  expect(html).toContain("<p>Plain and <strong>bold</strong><em> and italic</em></p>");
  expect(html).toContain("<ul><li><p>one</p></li><li><p>two</p></li></ul>");
});

test("what is pasted from a page brings no script, frame, picture or colour", () => {
  const html = pasted("page");
  expect(html).toContain("<strong>What to do</strong>");
  expect(html).toContain("Ask <strong>your</strong> <code>admin</code>.");
  expect(html).toContain("<blockquote><p>It was said.</p></blockquote>");
  expect(html).toContain("ping\n  gateway");
  expect(html).toContain('href="https://docs.example/a?b=1"');
  expect(html).not.toMatch(/steal|onerror|onclick|<img|iframe|style|javascript/);
});
