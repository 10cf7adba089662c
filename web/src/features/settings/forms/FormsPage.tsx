import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { type Form, formsKey, formsQuery } from "@/api/forms";
import { asProblem } from "@/api/problem";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { toast } from "@/lib/toast";
import { IconButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { useSaved } from "@/ui/saved";
import { moved } from "./draft";
import { FormDialog } from "./FormDialog";

const PERMISSION = "settings:forms:edit";

/** The forms in the order that the portal and the desk offer them in. */
export function FormsPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = useQuery(formsQuery);
  const forms = answer.data ?? [];
  const edited = forms.find((form) => String(form.id) === opened);
  const reload = async () => (await answer.refetch()).data?.find((one) => one.id === edited?.id);
  return (
    <Page
      section="forms"
      permission={PERMISSION}
      add={{ label: t("forms.add"), onAdd: () => open("new") }}
    >
      {!answer.data && answer.error && (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <Skeleton rows={3} height={52} />}
      {answer.data?.length === 0 && (
        <EmptyState icon="file" title={t("forms.empty")} hint={t("forms.emptyHint")} />
      )}
      {forms.length > 0 && (
        <Card>
          <ul>
            {forms.map((form) => (
              <Row
                key={form.id}
                sign={<Icon name="file" />}
                name={form.name}
                hint={hintOf(form, t)}
                faded={!form.active}
                end={!locked && <Moves form={form} forms={forms} />}
                onOpen={() => open(form.id)}
              />
            ))}
          </ul>
        </Card>
      )}
      {opened === "new" && !locked && <FormDialog locked={false} onClose={close} />}
      {edited && (
        <FormDialog
          key={edited.id}
          form={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

function hintOf(form: Form, t: TFunction): string {
  const places = (["in_desk", "in_portal", "public"] as const).filter((one) => form[one]);
  const said = places.map((one) => t(`forms.place.${one}`));
  return (form.active ? said : [t("forms.retired")]).join(" · ");
}

/** Moves a form one place up or down, as one change with an undo. */
function Moves({ form, forms }: { form: Form; forms: readonly Form[] }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const place = forms.indexOf(form);
  const move = async (by: number) => {
    const body = { ids: moved(forms, place, by).map((one) => one.id) };
    try {
      const written = await write(client.PUT("/api/v1/forms/order", { body }));
      saved(written, t("forms.moved", { name: form.name }), [formsKey]);
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    }
  };
  return (
    <>
      <IconButton
        icon="up"
        label={t("forms.up", { name: form.name })}
        disabled={place === 0}
        onClick={() => void move(-1)}
      />
      <IconButton
        icon="down"
        label={t("forms.down", { name: form.name })}
        disabled={place === forms.length - 1}
        onClick={() => void move(1)}
      />
    </>
  );
}
