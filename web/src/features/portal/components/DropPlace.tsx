import { type ClipboardEvent, type DragEvent, type ReactNode, useState } from "react";

type DropPlaceProps = {
  onFiles: (files: Iterable<File>) => void;
  className?: string;
  children: ReactNode;
};

/** Takes files that are dropped or pasted anywhere on it; a button offers the same by keyboard. */
export function DropPlace({ onFiles, className, children }: DropPlaceProps) {
  const [dropping, setDropping] = useState(false);
  const take = (event: DragEvent | ClipboardEvent, files: FileList) => {
    setDropping(false);
    if (files.length === 0) return;
    event.preventDefault();
    onFiles([...files]);
  };
  const leave = (event: DragEvent<HTMLElement>) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the second way, a button the first
    <div
      className={className}
      data-dropping={dropping || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(event.dataTransfer.types.includes("Files"));
      }}
      onDragLeave={leave}
      onDrop={(event) => take(event, event.dataTransfer.files)}
      onPaste={(event) => take(event, event.clipboardData.files)}
    >
      {children}
    </div>
  );
}
