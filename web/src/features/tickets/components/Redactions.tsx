import "../messageTexts";
import { useTranslation } from "react-i18next";
import type { MessageItem } from "@/api/types";
import { Icon } from "@/ui/Icon";
import classes from "./Message.module.css";

/** That something of a message was redacted: by whom, when and why. */
export function Redactions({ message }: { message: MessageItem }) {
  const { t, i18n } = useTranslation();
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium" });
  return message.redactions?.map((one) => (
    <p key={one.at} className={classes.redacted}>
      <Icon name="minus" size={14} />
      <bdi>
        {t(one.source === message.id ? "messageMenu.redacted" : "messageMenu.redactedQuote", {
          name: one.by ?? t("messageMenu.somebody"),
          date: day.format(new Date(one.at)),
          reason: one.reason,
        })}
      </bdi>
    </p>
  ));
}
