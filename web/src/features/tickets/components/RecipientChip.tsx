import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import type { MailAddress } from "@/api/types";
import { Icon } from "@/ui/Icon";
import { isAddress, shownName } from "../recipients";
import classes from "./Recipients.module.css";

type ChipProps = {
  one: MailAddress;
  /** Mail to this address came back. */
  stopped: boolean;
  onRemove: () => void;
};

/** One recipient; what is no address, and what mail comes back from, is marked and says why. */
export function RecipientChip({ one, stopped, onRemove }: ChipProps) {
  const { t } = useTranslation();
  const wrong = !isAddress(one.address)
    ? t("recipients.invalid")
    : stopped
      ? t("recipients.stopped")
      : undefined;
  return (
    <span
      className={classes.chip}
      data-wrong={wrong ? true : undefined}
      title={wrong ? `${one.address}: ${wrong}` : one.address}
    >
      {wrong && <Icon name="warn" size={14} label={wrong} />}
      <bdi className="cut">{shownName(one)}</bdi>
      <button
        type="button"
        aria-label={t("composer.dropRecipient", { name: shownName(one) })}
        onClick={onRemove}
      >
        <Icon name="x" size={12} />
      </button>
    </span>
  );
}
