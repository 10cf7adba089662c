import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import classes from "./VipMark.module.css";

/** Marks a contact whom everybody shall recognize. */
export function VipMark() {
  const { t } = useTranslation();
  return (
    <span className={classes.vip}>
      <Icon name="star" size={12} />
      {t("ticket.vip")}
    </span>
  );
}
