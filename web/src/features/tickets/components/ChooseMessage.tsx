import "@/app/pageTexts";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import type { MessageItem } from "@/api/types";
import { CheckBox } from "@/ui/CheckBox";
import { MessageSelection } from "../messageSelection";
import classes from "./SplitBar.module.css";

/** The box of a message while messages are chosen; the arrows go to those above and below. */
export function ChooseMessage({ message }: { message: MessageItem }) {
  const { t } = useTranslation();
  const { chosen, toggle } = useContext(MessageSelection);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that go from box to box
    <span
      className={classes.box}
      data-choose-message
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        focusBeside(event.currentTarget, step);
      }}
    >
      <CheckBox
        checked={chosen?.has(message.id) ?? false}
        onChange={() => toggle(message.id)}
        label={t("split.message", { name: message.author.name })}
      />
    </span>
  );
}

function focusBeside(box: Element, step: number): void {
  const boxes = [...document.querySelectorAll("[data-choose-message]")];
  const beside = boxes[boxes.indexOf(box) + step]?.querySelector("button");
  beside?.focus();
  beside?.closest("article")?.scrollIntoView({ block: "nearest" });
}
