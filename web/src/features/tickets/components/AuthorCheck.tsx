import { Popover } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import type { MessageItem } from "@/api/types";
import { Icon } from "@/ui/Icon";
import classes from "./AuthorCheck.module.css";

/** A message's author: their name, or whom somebody claims to be without proof. */
export function AuthorName({ message }: { message: MessageItem }) {
  const { t } = useTranslation();
  const { name } = message.author;
  return message.author_check?.claims ? t("author.claims", { name }) : name;
}

/** How far a message's author is proven; a press says why. */
export function AuthorCheck({ message }: { message: MessageItem }) {
  const { t } = useTranslation();
  const check = message.author_check;
  if (!check) return null;
  const isProven = check.verdict === "proven";
  return (
    <Popover position="bottom-start" width={300}>
      <Popover.Target>
        <button type="button" className={`${classes.check} ${classes[check.verdict]}`}>
          <Icon name={isProven ? "seal" : "warn"} size={14} label={t(`author.${check.verdict}`)} />
          {!isProven && <span aria-hidden="true">{t(`author.${check.verdict}`)}</span>}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.why}>
        {t(`author.why.${check.verdict}`)} <bdi>{noticeText(check.notice, check.words)}</bdi>
      </Popover.Dropdown>
    </Popover>
  );
}
