import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import { formsKey } from "@/api/forms";
import { meQuery, useMe } from "@/api/session";
import { chooseLanguage } from "@/app/i18n";
import { languages } from "@/app/languages";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { needed, refuse } from "@/ui/checks";
import { useEdits } from "@/ui/edits";
import { Form, SelectField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import { settingsKeys } from "../api";
import classes from "./Profile.module.css";

/** One's own name and language. */
export function ProfileCard() {
  const { t } = useTranslation();
  const { person } = useMe();
  // What was saved becomes what the next edits stand on.
  return <ProfileForm key={`${person.name} ${person.locale}`} title={t("profile.you")} />;
}

function ProfileForm({ title }: { title: string }) {
  const { t } = useTranslation();
  const { person } = useMe();
  const edits = useEdits({ name: person.name, locale: person.locale });
  const save = useSaveProfile(edits.changed);
  const { values } = edits;
  return (
    <Card title={title} padded>
      <Form onSubmit={save} label={title}>
        {(busy) => (
          <>
            <div className={classes.two}>
              <TextField
                name="name"
                label={t("profile.name")}
                autoComplete="name"
                value={values.name}
                onChange={(event) => edits.set({ name: event.currentTarget.value })}
              />
              <TextField
                name="email"
                label={t("profile.email")}
                value={person.email ?? ""}
                disabled
              />
            </div>
            <div className={classes.two}>
              <SelectField
                name="locale"
                label={t("profile.language")}
                value={values.locale}
                onChange={(event) => edits.set({ locale: event.currentTarget.value })}
                data={languages.map(({ code, name }) => ({ value: code, label: name }))}
              />
            </div>
            <div className={classes.actions}>
              <Button type="submit" look="gold" busy={busy} disabled={!edits.dirty}>
                {t("settings.save")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}

/** Whoever may not edit people cannot take it back, so no undo is offered to them. */
const UNDO_PERMISSION = "settings:people:edit";

function useSaveProfile(changed: { name?: string; locale?: string }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const mayUndo = useMe().permissions.includes(UNDO_PERMISSION);
  const saved = useSaved();
  return async () => {
    if (changed.name !== undefined) refuse(...needed("name", changed.name, t));
    const written = await write(client.PATCH("/api/v1/me", { body: changed }));
    queryClient.setQueryData(meQuery.queryKey, written.data);
    if (changed.locale) {
      await chooseLanguage(changed.locale);
      // The server tells forms in the reader's language.
      void queryClient.invalidateQueries({ queryKey: formsKey });
    }
    if (mayUndo) saved(written, t("profile.saved"), [settingsKeys.people, directoryKeys.staff]);
    else toast.show({ message: t("profile.saved") });
  };
}
