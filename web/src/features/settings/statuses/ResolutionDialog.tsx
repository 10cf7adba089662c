import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import type { Resolution } from "@/api/types";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";

type ResolutionDialogProps = {
  /** Without one a reason is added. */
  resolution?: Resolution;
  locked: boolean;
  onReload?: () => Promise<Resolution | undefined>;
  onClose: () => void;
};

const fieldsOf = (resolution?: Resolution) => ({
  name: resolution?.name ?? "",
  description: resolution?.description ?? "",
  active: resolution?.active ?? true,
});

/** A reason for resolving: its name, what it means, and whether it is offered. */
export function ResolutionDialog(props: ResolutionDialogProps) {
  const { resolution, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const record = useRecord({
    stored: resolution,
    fieldsOf,
    words: {
      name: t("resolutions.name"),
      description: t("resolutions.description"),
      active: t("resolutions.active"),
    },
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: ({ name, description }, changed, version) =>
      resolution
        ? write(
            client.PATCH("/api/v1/resolutions/{key}", {
              params: { path: { key: resolution.key } },
              body: { ...changed, version },
            }),
          )
        : write(client.POST("/api/v1/resolutions", { body: { name: name.trim(), description } })),
    said: ({ name }) =>
      t(resolution ? "resolutions.saved" : "resolutions.added", { name: name.trim() }),
    stale: [directoryKeys.resolutions],
  });
  return (
    <EditDialog title={resolution?.name ?? t("resolutions.add")} {...record.dialog} locked={locked}>
      <TextField
        {...record.text("name")}
        label={t("resolutions.name")}
        maxLength={100}
        data-autofocus
      />
      <TextField
        {...record.text("description")}
        label={t("resolutions.description")}
        description={t("resolutions.descriptionHint")}
        maxLength={500}
      />
      {resolution && (
        <SwitchField
          {...record.toggle("active")}
          label={t("resolutions.active")}
          description={t("resolutions.activeHint")}
        />
      )}
    </EditDialog>
  );
}
