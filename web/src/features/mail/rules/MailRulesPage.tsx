import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { MailRules } from "@/api/types";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { useEdits } from "@/ui/edits";
import { Form, SelectField, SwitchField, TextField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { useSaved } from "@/ui/saved";
import { mailRulesQuery } from "../api";
import classes from "./MailRulesPage.module.css";

const PERMISSION = "settings:mailboxes:edit";

/** What is done with mail that comes in. */
export function MailRulesPage() {
  const query = useQuery(mailRulesQuery);
  return (
    <Page section="mail-rules" permission={PERMISSION}>
      {query.isPending && <Skeleton rows={6} height={52} />}
      {query.error && !query.data && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {/* What was saved becomes what the next edits stand on. */}
      {query.data && <RulesForm key={JSON.stringify(query.data)} rules={query.data} />}
    </Page>
  );
}

function RulesForm({ rules }: { rules: MailRules }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const locked = useLocked(PERMISSION);
  const { values, changed, dirty, set } = useEdits<MailRules>(rules);
  const save = async () => {
    const written = await write(client.PATCH("/api/v1/mail/rules", { body: changed }));
    saved(written, t("mailRules.saved"), [mailRulesQuery.queryKey]);
  };
  const number = (name: NumberName, label: string, description?: string) => (
    <TextField
      name={name}
      label={label}
      description={description}
      type="number"
      inputMode="decimal"
      step={name === "spam_threshold" ? 0.5 : 1}
      min={0}
      value={values[name]}
      disabled={locked}
      onChange={(event) => set({ [name]: event.currentTarget.valueAsNumber || 0 })}
    />
  );
  return (
    <Form onSubmit={save} label={t("mailRules.title")}>
      {(busy) => (
        <>
          <Card padded>
            <div className={classes.fields}>
              <SwitchField
                name="confirm_email_tickets"
                label={t("mailRules.confirm")}
                description={t("mailRules.confirmHint")}
                checked={values.confirm_email_tickets}
                disabled={locked}
                onChange={(event) => set({ confirm_email_tickets: event.currentTarget.checked })}
              />
              <SelectField
                name="unknown_senders"
                label={t("mailRules.unknownSenders")}
                description={t("mailRules.unknownSendersHint")}
                value={values.unknown_senders}
                disabled={locked}
                onChange={(event) =>
                  set({
                    unknown_senders: event.currentTarget.value as MailRules["unknown_senders"],
                  })
                }
                data={[
                  { value: "our_mail", label: t("mailRules.unknownOurMail") },
                  { value: "participants", label: t("mailRules.unknownParticipants") },
                  { value: "never", label: t("mailRules.unknownNever") },
                ]}
              />
              <SelectField
                name="staff_replies"
                label={t("mailRules.staffReplies")}
                description={t("mailRules.staffRepliesHint")}
                value={values.staff_replies}
                disabled={locked}
                onChange={(event) =>
                  set({ staff_replies: event.currentTarget.value as MailRules["staff_replies"] })
                }
                data={[
                  { value: "note", label: t("mailRules.staffNote") },
                  { value: "reply", label: t("mailRules.staffReply") },
                ]}
              />
              <SwitchField
                name="note_commands"
                label={t("mailRules.noteCommands")}
                description={t("mailRules.noteCommandsHint")}
                checked={values.note_commands}
                disabled={locked}
                onChange={(event) => set({ note_commands: event.currentTarget.checked })}
              />
            </div>
          </Card>
          <Card title={t("mail.boxes.quarantine")} padded>
            <div className={classes.fields}>
              <SwitchField
                name="forged"
                label={t("mailRules.forged")}
                checked={values.forged === "quarantine"}
                disabled={locked}
                onChange={(event) =>
                  set({ forged: event.currentTarget.checked ? "quarantine" : "accept" })
                }
              />
              <SwitchField
                name="spam"
                label={t("mailRules.spam")}
                checked={values.spam === "quarantine"}
                disabled={locked}
                onChange={(event) =>
                  set({ spam: event.currentTarget.checked ? "quarantine" : "accept" })
                }
              />
              {number("spam_threshold", t("mailRules.spamThreshold"))}
              {number("pair_ten_minutes", t("mailRules.pair"), t("mailRules.rateHint"))}
              {number("sender_hourly", t("mailRules.hourly"))}
              {number(
                "keep_deleted_days",
                t("mailRules.keepDeleted"),
                t("mailRules.keepDeletedHint"),
              )}
            </div>
          </Card>
          {!locked && (
            <div className={classes.actions}>
              <Button type="submit" look="gold" busy={busy} disabled={!dirty}>
                {t("settings.save")}
              </Button>
            </div>
          )}
        </>
      )}
    </Form>
  );
}

type NumberName = "spam_threshold" | "pair_ten_minutes" | "sender_hourly" | "keep_deleted_days";
