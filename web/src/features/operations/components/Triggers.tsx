import { UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "@/ui/Card";
import { Icon, type IconName } from "@/ui/Icon";
import type { Finding } from "../api";
import {
  byGravity,
  FAMILIES,
  type Family,
  isHere,
  isWrong,
  triggerName,
  valueText,
} from "../findings";
import { FindingRow } from "./FindingRow";
import { Sparkline } from "./Sparkline";
import { StateIcon } from "./StateIcon";
import classes from "./Triggers.module.css";

const drawing: Record<Family, IconName> = {
  health: "pulse",
  security: "shield",
  integrity: "stack",
  performance: "gauge",
  ports: "plug",
};

/** The five families of triggers; each opens to what it measured. */
export function Triggers({ findings }: { findings: Finding[] }) {
  const { t } = useTranslation();
  const families = FAMILIES.map((family) => ({
    family,
    members: findings.filter((finding) => finding.family === family).sort(byGravity),
  })).filter(({ members }) => members.length > 0);
  return (
    <Card title={t("operations.triggers")} hint={t("operations.triggersHint")}>
      {families.length === 0 && <p className={classes.none}>{t("operations.noTriggers")}</p>}
      {families.map(({ family, members }) => (
        <FamilyRow key={family} family={family} members={members} />
      ))}
    </Card>
  );
}

function FamilyRow({ family, members }: { family: Family; members: Finding[] }) {
  const { t, i18n } = useTranslation();
  const panel = useId();
  const lead = members[0] as Finding;
  const wrong = isWrong(lead);
  const [chosen, choose] = useState<boolean>();
  const open = chosen ?? wrong;
  return (
    <section className={classes.family} data-state={lead.state}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => choose(!open)}
      >
        <Icon name={drawing[family]} className={classes.icon} />
        <b className={classes.name}>{t(`operations.family.${family}`)}</b>
        <span className={classes.evidence}>
          <StateIcon state={lead.state} label={t(`operations.state.${lead.state}`)} />
          <span className={classes.said}>
            <Count members={members} /> <Said members={members} />
          </span>
        </span>
        <span className={classes.line}>
          <Sparkline
            points={lead.points ?? []}
            threshold={typeof lead.threshold === "number" ? lead.threshold : undefined}
            wrong={wrong}
          />
        </span>
        <span className={classes.value}>
          {typeof lead.value === "number" && valueText(lead.value, lead.unit, i18n.language)}
          {typeof lead.value === "number" && (
            <small>
              {typeof lead.threshold === "number"
                ? t("operations.at", {
                    threshold: valueText(lead.threshold, lead.unit, i18n.language),
                  })
                : triggerName(lead.trigger, t)}
            </small>
          )}
        </span>
        <Icon name="down" className={classes.turn} />
      </UnstyledButton>
      {open && (
        <ul id={panel} className={classes.members}>
          {members.map((finding) => (
            <FindingRow key={finding.trigger} finding={finding} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Count({ members }: { members: Finding[] }) {
  const { t } = useTranslation();
  const healthy = members.filter(({ state }) => state === "ok").length;
  return (
    <b className={classes.count}>
      {t("operations.countOf", {
        healthy: String(healthy),
        count: members.filter(isHere).length,
      })}
    </b>
  );
}

/** The names of what is wrong, or of what could not be measured, or the first line of the lead. */
function Said({ members }: { members: Finding[] }) {
  const { t } = useTranslation();
  const named = (some: Finding[]) => some.map(({ trigger }) => triggerName(trigger, t)).join(", ");
  const wrong = members.filter(isWrong);
  if (wrong.length) return named(wrong);
  const unknown = members.filter(({ state }) => state === "unknown");
  if (unknown.length) return t("operations.notMeasured", { names: named(unknown) });
  return members[0]?.evidence.split("\n")[0] ?? "";
}
