import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { TeamSquare } from "@/ui/TicketIcons";
import { ColorField, teamColors } from "../teams/ColorField";
import { addressOf, type ManagedTag } from "./api";

type TagDialogProps = {
  /** Without one a tag is added. */
  tag?: ManagedTag;
  onClose: () => void;
};

function fieldsOf(tag?: {
  name: string;
  description: string;
  color: string | null;
  retired: boolean;
}) {
  return {
    name: tag?.name ?? "",
    description: tag?.description ?? "",
    color: tag?.color ?? null,
    inUse: !(tag?.retired ?? false),
  };
}

/** What a tag means, its colour, and whether it is offered; its name is another dialog's. */
export function TagDialog({ tag, onClose }: TagDialogProps) {
  const { t } = useTranslation();
  const stored = tag && { ...tag, version: tag.version ?? undefined };
  const record = useRecord({
    stored,
    fieldsOf,
    words: {
      name: t("tags.name"),
      description: t("tags.description"),
      color: {
        label: t("tags.color"),
        say: (color) => (color ? <TeamSquare color={color} /> : t("tags.noColor")),
      },
      inUse: t("tags.inUse"),
    },
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: ({ name, description, color }, changed, version) =>
      tag
        ? write(
            client.PATCH("/api/v1/tags/{tag}", {
              params: { path: { tag: addressOf(tag) } },
              body: {
                description: changed.description,
                color: changed.color,
                retired: changed.inUse === undefined ? undefined : !changed.inUse,
                version,
              },
            }),
          )
        : write(client.POST("/api/v1/tags", { body: { name: name.trim(), description, color } })),
    said: ({ name }) => t(tag ? "tags.saved" : "tags.added", { name: name.trim() }),
    stale: [directoryKeys.tags],
  });
  const { values } = record;
  return (
    <EditDialog title={tag?.name ?? t("tags.add")} {...record.dialog} locked={false}>
      {!tag && <TextField {...record.text("name")} label={t("tags.name")} data-autofocus />}
      <TextField {...record.text("description")} label={t("tags.description")} maxLength={500} />
      <SwitchField
        name="colored"
        label={t("tags.color")}
        checked={values.color !== null}
        onChange={(event) =>
          record.set({ color: event.currentTarget.checked ? teamColors[0] : null })
        }
      />
      {values.color !== null && (
        <ColorField
          value={values.color}
          onChange={(color) => record.set({ color: color.toUpperCase() })}
        />
      )}
      {tag && (
        <SwitchField
          {...record.toggle("inUse")}
          label={t("tags.inUse")}
          description={t("tags.retiredHint")}
        />
      )}
    </EditDialog>
  );
}
