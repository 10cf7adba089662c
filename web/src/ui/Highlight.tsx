/** A text with the searched letters marked, by weight and underline rather than colour. */
export function Highlight({ text, query }: { text: string; query: string }) {
  const wanted = query.trim();
  const at = wanted ? text.toLowerCase().indexOf(wanted.toLowerCase()) : -1;
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </>
  );
}
