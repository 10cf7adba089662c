import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLayout } from "@/features/desk/layout";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { Segments } from "@/ui/Segments";
import { ToastSlot } from "@/ui/ToastSlot";
import { mailStatusQuery } from "./api";
import { IncomingList } from "./components/IncomingList";
import { OutboxList } from "./components/OutboxList";
import { OutboxMailPane } from "./components/OutboxMailPane";
import classes from "./MailScreen.module.css";
import { outboxRoute } from "./routes";

/** Mail in both directions: what waits, what left, what could not be read. */
export function MailScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { phone } = useLayout();
  const search = outboxRoute.useSearch();
  const box = search.box ?? "outgoing";
  const opened = box === "outgoing" && search.mail ? Number(search.mail) : null;
  return (
    <div className={opened !== null && !phone ? classes.split : classes.whole}>
      {!(phone && opened !== null) && (
        <Pane as="main" label={t("desk.mail")}>
          <Bar>
            <BarTitle>{t("desk.mail")}</BarTitle>
            <span className="grow" />
            <Segments
              label={t("mail.box")}
              value={box}
              onChange={(next) =>
                void navigate({
                  to: "/desk/outbox",
                  search: { box: next === "incoming" ? next : undefined },
                })
              }
              options={[
                { value: "outgoing", label: t("mail.outgoing") },
                { value: "incoming", label: t("mail.incoming") },
              ]}
            />
          </Bar>
          <RelayNotice />
          {box === "outgoing" ? <OutboxList search={search} /> : <IncomingList search={search} />}
          <ToastSlot />
        </Pane>
      )}
      {opened !== null && <OutboxMailPane id={opened} />}
    </div>
  );
}

/** Without a relay nothing leaves; that is said once, on top. */
function RelayNotice() {
  const { t } = useTranslation();
  const status = useQuery(mailStatusQuery).data;
  if (!status || status.relay_configured) return null;
  return (
    <p className={classes.notice}>
      <Icon name="mail" />
      {t("mail.noRelay")}
    </p>
  );
}
