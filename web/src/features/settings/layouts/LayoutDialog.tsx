import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useTeams } from "@/api/directory";
import { Button } from "@/ui/Button";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { SelectField, TextAreaField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
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
    version: layout?.version,
  };
}

/** The words that a team's mail has around its answers, with what they make of one. */
export function LayoutDialog(props: LayoutDialogProps) {
  const { layout, placeholders, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const teams = useTeams();
  const saved = useSaved();
  const edits = useEdits(fieldsOf(layout));
  const name = useLayoutName(edits.values);
  const { values } = edits;
  const { team_id, language, version, ...texts } = values;
  const save = async () => {
    const written = await (layout
      ? write(
          client.PATCH("/api/v1/mail-layouts/{layout_id}", {
            params: { path: { layout_id: layout.id } },
            body: { ...edits.changed, version },
          }),
        )
      : write(client.POST("/api/v1/mail-layouts", { body: { team_id, language, ...texts } })));
    saved(written, t(layout ? "layouts.saved" : "layouts.added"), [layoutsKey]);
    onClose();
  };
  const remove = async () => {
    if (!layout) return;
    const written = await write(
      client.DELETE("/api/v1/mail-layouts/{layout_id}", {
        params: { path: { layout_id: layout.id } },
      }),
    );
    saved(written, t("layouts.removed"), [layoutsKey]);
    onClose();
  };
  const takeIn = async () => {
    const newer = await onReload?.();
    if (newer) edits.rebase(fieldsOf(newer));
  };
  const text = (field: "intro" | "signature" | "footer") => (
    <TextAreaField
      name={field}
      label={t(`layouts.${field}`)}
      description={field === "footer" ? t("layouts.builtIn") : undefined}
      minRows={2}
      maxRows={8}
      dir="auto"
      value={values[field]}
      onChange={(event) => edits.set({ [field]: event.currentTarget.value })}
    />
  );
  return (
    <EditDialog
      title={layout ? name : t("layouts.add")}
      saveLabel={layout ? undefined : t("settings.add")}
      dirty={!layout || edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
      extra={
        layout &&
        !locked && (
          <Button type="button" size="l" look="danger" onClick={() => void remove()}>
            {t("layouts.remove")}
          </Button>
        )
      }
    >
      {!layout && (
        <>
          <SelectField
            name="team_id"
            label={t("layouts.team")}
            value={String(team_id ?? EVERY_TEAM)}
            onChange={(event) => edits.set({ team_id: Number(event.currentTarget.value) || null })}
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
            onChange={(event) => edits.set({ language: event.currentTarget.value.trim() })}
          />
        </>
      )}
      <SenderField value={values.sender} onChange={(sender) => edits.set({ sender })} />
      <TextField
        name="subject"
        label={t("layouts.subject")}
        description={t("layouts.builtIn")}
        value={values.subject}
        onChange={(event) => edits.set({ subject: event.currentTarget.value })}
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
