import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Part, useMayRead } from "@/api/access";
import { mailStatusQuery } from "@/api/mailboxes";
import { useLayout } from "@/app/shell/paneLayout";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { Segments } from "@/ui/Segments";
import { ToastSlot } from "@/ui/ToastSlot";
import { BalanceTable } from "./components/BalanceTable";
import { IncomingList } from "./components/IncomingList";
import { KeptMailPane } from "./components/KeptMailPane";
import { OutboxList } from "./components/OutboxList";
import { OutboxMailPane } from "./components/OutboxMailPane";
import { QuarantineList } from "./components/QuarantineList";
import classes from "./MailScreen.module.css";
import { type Box, boxes } from "./search";

const route = getRouteApi("/desk/outbox");

/** Mail in both directions: what waits, what left, what is suspected, and that nothing is lost. */
export function MailScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { phone } = useLayout();
  const mayRead = useMayRead();
  const search = route.useSearch();
  const shown = boxes.filter((one) => mayRead(shows[one]));
  const box = search.box ?? shown[0] ?? "outgoing";
  const opened = box !== "balance" && search.mail ? Number(search.mail) : null;
  const covered = phone && opened !== null;
  return (
    <div className={opened !== null && !phone ? classes.split : classes.whole}>
      {/* Hidden instead of gone: a dialog of the list may be open with an address typed in it. */}
      <Pane as="main" label={t("desk.mail")} hidden={covered}>
        <Bar>
          <BarTitle>{t("desk.mail")}</BarTitle>
          <span className="grow" />
          <Segments
            label={t("mail.box")}
            value={box}
            onChange={(next) =>
              void navigate({
                to: "/desk/outbox",
                search: { box: next === "outgoing" ? undefined : next },
              })
            }
            options={shown.map((one) => ({ value: one, label: t(`mail.boxes.${one}`) }))}
          />
        </Bar>
        {box === "outgoing" && <RelayNotice />}
        {box === "outgoing" && <OutboxList search={search} />}
        {box === "incoming" && <IncomingList search={search} />}
        {box === "quarantine" && <QuarantineList search={search} />}
        {box === "balance" && <BalanceTable />}
        <ToastSlot />
      </Pane>
      {opened !== null && box === "outgoing" && <OutboxMailPane id={opened} />}
      {opened !== null && box !== "outgoing" && <KeptMailPane key={opened} id={opened} />}
      {covered && <ToastSlot />}
    </div>
  );
}

/** What each box shows. */
const shows: Record<Box, Part> = {
  outgoing: "outbox",
  incoming: "receivedMail",
  quarantine: "receivedMail",
  balance: "mailCounts",
};

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
