import { useTranslation } from "react-i18next";
import { Card } from "@/ui/Card";
import { CheckBox } from "@/ui/CheckBox";
import { SelectField } from "@/ui/Form";
import type { Reason, Ways } from "./api";
import type { CardProps } from "./cards";
import classes from "./PreferencesPage.module.css";

const ways = ["desk", "mail", "push"] as const;
const frequencies = ["at_once", "hourly", "daily"] as const;

/** How the reader is told for each reason, and when mail of it leaves. */
export function ReasonsCard({ settings, save }: CardProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("notifyMe.reasons")} hint={t("notifyMe.reasonsHint")}>
      <table className={classes.reasons}>
        <thead>
          <tr>
            <th scope="col">{t("notifyMe.reason")}</th>
            {ways.map((way) => (
              <th key={way} scope="col">
                {t(`notifyMe.${way}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(Object.entries(settings.reasons) as [Reason, Ways][]).map(([reason, held]) => (
            <tr key={reason}>
              <th scope="row">
                {t(`notifyMe.when.${reason}`)}
                {held.mail && <Frequency reason={reason} held={held} save={save} />}
              </th>
              {ways.map((way) => (
                <td key={way}>
                  <CheckBox
                    checked={held[way]}
                    label={t("notifyMe.tick", {
                      reason: t(`notifyMe.when.${reason}`),
                      way: t(`notifyMe.${way}`),
                    })}
                    onChange={() => save({ reasons: { [reason]: { [way]: !held[way] } } })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

type FrequencyProps = { reason: Reason; held: Ways; save: CardProps["save"] };

function Frequency({ reason, held, save }: FrequencyProps) {
  const { t } = useTranslation();
  return (
    <span className={classes.frequency}>
      <span aria-hidden="true">{t("notifyMe.frequency")}</span>
      <SelectField
        name={`frequency-${reason}`}
        aria-label={t("notifyMe.frequencyOf", { reason: t(`notifyMe.when.${reason}`) })}
        value={held.frequency}
        data={frequencies.map((value) => ({ value, label: t(`notifyMe.${value}`) }))}
        onChange={({ currentTarget }) =>
          save({
            reasons: { [reason]: { frequency: currentTarget.value as Ways["frequency"] } },
          })
        }
      />
    </span>
  );
}
