import { UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import { TimeStamp } from "@/ui/RelativeTime";
import type { Finding } from "../api";
import { isWrong, triggerName, valueText } from "../findings";
import { StateIcon } from "./StateIcon";
import classes from "./Triggers.module.css";

/** One trigger: its value, and opened its threshold, since when, what follows, and the raw output. */
export function FindingRow({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const panel = useId();
  const [chosen, choose] = useState<boolean>();
  const open = chosen ?? isWrong(finding);
  return (
    <li className={classes.member} data-state={finding.state}>
      <UnstyledButton
        className={classes.memberHead}
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => choose(!open)}
      >
        <StateIcon state={finding.state} label={t(`operations.state.${finding.state}`)} />
        <span className="cut">{triggerName(finding.trigger, t)}</span>
        <span className={classes.memberValue}>
          {valueText(finding.value, finding.unit, i18n.language)}
        </span>
        <Icon name="down" className={classes.turn} />
      </UnstyledButton>
      {open && (
        <div id={panel} className={classes.proof}>
          {finding.state === "others" && (
            <p className={classes.cause}>{t("operations.byOthers")}</p>
          )}
          <Facts finding={finding} />
          {finding.evidence && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll long lines
            <pre tabIndex={0}>{finding.evidence}</pre>
          )}
        </div>
      )}
    </li>
  );
}

function Facts({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const threshold = valueText(finding.threshold, finding.unit, i18n.language);
  return (
    <dl>
      <div>
        <dt>{t("operations.stateIs")}</dt>
        <dd>{t(`operations.state.${finding.state}`)}</dd>
      </div>
      {finding.since && (
        <div>
          <dt>{t("operations.since")}</dt>
          <dd>
            <TimeStamp at={finding.since} />
          </dd>
        </div>
      )}
      {threshold && (
        <div>
          <dt>{t("operations.firesAt")}</dt>
          <dd>{threshold}</dd>
        </div>
      )}
      {finding.state !== "off" && (
        <div>
          <dt>{t("operations.thenIs")}</dt>
          <dd>
            {t(
              finding.calls_for === "roll back" ? "operations.thenRollBack" : "operations.thenTell",
            )}
          </dd>
        </div>
      )}
    </dl>
  );
}
