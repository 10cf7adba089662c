import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useTeams } from "@/api/directory";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, TextAreaField, TextField } from "@/ui/Form";
import { namesAmong } from "@/ui/meanwhile";
import { useRecord } from "@/ui/record";
import { type Layout, layoutsKey } from "./api";
import { LayoutPreview } from "./LayoutPreview";
import classes from "./LayoutPreview.module.css";
import { useLayoutName } from "./layoutName";

type LayoutDialogProps = {
  /** Without one a layout is added. */
  layout?: Layout;
  placeholders: string[];
  locked: boolean;
  onReload?: () => Promise<Layout | undefined>;
  onClose: () => void;
};

const EVERY_TEAM = "0";
const agentSender = "{{agent.name}} at {{mailbox.name}}";
const teamSender = "{{team.name}}";

function fieldsOf(layout?: Layout) {
  return {
    team_id: layout?.team_id ?? null,
    language: layout?.language ?? "",
    sender: layout?.sender ?? "",
    subject: layout?.subject ?? "",
    intro: layout?.intro ?? "",
    signature: layout?.signature ?? "",
    footer: layout?.footer ?? "",
  };
}

/** The words that a team's mail has around its answers, with what they make of one. */
export function LayoutDialog(props: LayoutDialogProps) {
  const { layout, placeholders, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const teams = useTeams();
  const record = useRecord({
    stored: layout,
    fieldsOf,
    words: {
      team_id: {
        label: t("layouts.team"),
        say: (id) => (id ? namesAmong(teams)([id]) : t("layouts.everyTeam")),
      },
      language: t("layouts.language"),
      sender: t("layouts.sender"),
      subject: t("layouts.subject"),
      intro: t("layouts.intro"),
      signature: t("layouts.signature"),
      footer: t("layouts.footer"),
    },
    onReload,
    onClose,
    save: (fields, changed, version) =>
      layout
        ? write(
            client.PATCH("/api/v1/mail-layouts/{layout_id}", {
              params: { path: { layout_id: layout.id } },
              body: { ...changed, version },
            }),
          )
        : write(client.POST("/api/v1/mail-layouts", { body: fields })),
    said: () => t(layout ? "layouts.saved" : "layouts.added"),
    stale: [layoutsKey],
  });
  const { values } = record;
  const { team_id, language, ...texts } = values;
  const name = useLayoutName(values);
  const removal = layout && {
    label: t("layouts.remove"),
    title: t("settings.removeTitle", { name }),
    onRemove: () => record.remove(() => removeLayout(layout.id), t("layouts.removed")),
  };
  const text = (field: "intro" | "signature" | "footer") => (
    <TextAreaField
      {...record.text(field)}
      label={t(`layouts.${field}`)}
      description={field === "footer" ? t("layouts.builtIn") : undefined}
      minRows={2}
      maxRows={8}
      dir="auto"
    />
  );
  return (
    <EditDialog
      title={layout ? name : t("layouts.add")}
      {...record.dialog}
      dirty={!layout || record.dialog.dirty}
      locked={locked}
      removal={removal}
    >
      {!layout && (
        <>
          <SelectField
            name="team_id"
            label={t("layouts.team")}
            value={String(team_id ?? EVERY_TEAM)}
            onChange={(event) => record.set({ team_id: Number(event.currentTarget.value) || null })}
            data={[
              { value: EVERY_TEAM, label: t("layouts.everyTeam") },
              ...teams.map((team) => ({ value: String(team.id), label: team.name })),
            ]}
          />
          <TextField
            name="language"
            label={t("layouts.language")}
            description={t("layouts.languageHint")}
            value={language}
            onChange={(event) => record.set({ language: event.currentTarget.value.trim() })}
          />
        </>
      )}
      <SenderField value={values.sender} onChange={(sender) => record.set({ sender })} />
      <TextField
        {...record.text("subject")}
        label={t("layouts.subject")}
        description={t("layouts.builtIn")}
      />
      {text("intro")}
      {text("signature")}
      {text("footer")}
      <p className={classes.placeholders}>
        {t("layouts.placeholders")} {placeholders.map((one) => `{{${one}}}`).join(" ")}
      </p>
      <LayoutPreview texts={texts} />
    </EditDialog>
  );
}

const removeLayout = (layout_id: number) =>
  write(client.DELETE("/api/v1/mail-layouts/{layout_id}", { params: { path: { layout_id } } }));

type SenderFieldProps = { value: string; onChange: (value: string) => void };

/** "Ann at Support", "Support", or own words. */
function SenderField({ value, onChange }: SenderFieldProps) {
  const { t } = useTranslation();
  const kind =
    value === "" || value === agentSender ? "agent" : value === teamSender ? "team" : "custom";
  const texts = {
    agent: agentSender,
    team: teamSender,
    custom: "{{agent.first_name}}, {{team.name}}",
  };
  return (
    <>
      <SelectField
        name="sender_kind"
        label={t("layouts.sender")}
        value={kind}
        onChange={(event) => onChange(texts[event.currentTarget.value as keyof typeof texts])}
        data={(["agent", "team", "custom"] as const).map((one) => ({
          value: one,
          label: t(`layouts.senders.${one}`),
        }))}
      />
      {kind === "custom" && (
        <TextField
          name="sender"
          aria-label={t("layouts.sender")}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </>
  );
}
