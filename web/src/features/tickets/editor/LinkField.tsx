import type { Editor } from "@tiptap/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import classes from "./RichText.module.css";

type LinkFieldProps = { editor: Editor; onClose: () => void };

/** Asks for the address that the selected words shall lead to. */
export function LinkField({ editor, onClose }: LinkFieldProps) {
  const { t } = useTranslation();
  const [address, setAddress] = useState<string>(() => editor.getAttributes("link").href ?? "");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const close = () => {
    onClose();
    editor.view.focus();
  };
  const set = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const href = completed(address);
    const chain = editor.chain().extendMarkRange("link");
    if (!href) chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive("link"))
      chain
        .insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] })
        .run();
    else chain.setLink({ href }).run();
    close();
  };
  return (
    <form className={classes.linkForm} onSubmit={set}>
      <input
        ref={input}
        className={classes.address}
        value={address}
        aria-label={t("editor.linkAddress")}
        placeholder="https://"
        dir="ltr"
        onChange={(event) => setAddress(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          close();
        }}
      />
      <Button type="submit" size="s" look="line">
        {t(address.trim() ? "editor.linkApply" : "editor.linkRemove")}
      </Button>
    </form>
  );
}

/** An address with its scheme, as people leave it out. */
function completed(address: string): string {
  const trimmed = address.trim();
  if (trimmed === "" || /^(https?:|mailto:|tel:)/i.test(trimmed)) return trimmed;
  return /^[^\s@/]+@[^\s@/]+$/.test(trimmed) ? `mailto:${trimmed}` : `https://${trimmed}`;
}
