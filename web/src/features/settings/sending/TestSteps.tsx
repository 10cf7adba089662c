import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import { Icon } from "@/ui/Icon";
import type { SendingTest } from "./api";
import classes from "./TestSteps.module.css";

/** What a connection test found, step by step. */
export function TestSteps({ busy, found }: { busy: boolean; found: SendingTest | null }) {
  const { t } = useTranslation();
  if (busy) return <p role="status">{t("sending.testing")}</p>;
  if (!found) return null;
  return (
    <ul className={classes.steps} role="status">
      {found.steps.map((step) => (
        <li key={step.words} className={step.ok ? "" : classes.bad}>
          <Icon
            name={step.ok ? "check" : "warn"}
            className={step.ok ? classes.good : classes.bad}
          />
          {noticeText(step.notice, step.words)}
        </li>
      ))}
    </ul>
  );
}
