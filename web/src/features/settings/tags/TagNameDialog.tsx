import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { directoryKeys, useTags } from "@/api/directory";
import { EditDialog } from "@/ui/EditDialog";
import { TextField } from "@/ui/Form";
import { addressOf, type ManagedTag } from "./api";

type TagNameDialogProps = { verb: "rename" | "merge"; tag: ManagedTag; onClose: () => void };

const OFFERED = "tags-to-merge-into";

/** Another name for a tag, or another tag for its tickets; its report follows, which undoes it. */
export function TagNameDialog({ verb, tag, onClose }: TagNameDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const tags = useTags();
  const before = verb === "rename" ? tag.name : "";
  const [name, setName] = useState(before);
  const save = async () => {
    const params = { path: { tag: addressOf(tag) } };
    const { run } = await read(
      verb === "rename"
        ? client.PATCH("/api/v1/tags/{tag}", { params, body: { name: name.trim() } })
        : client.POST("/api/v1/tags/{tag}/merge", { params, body: { into: name.trim() } }),
    );
    void queryClient.invalidateQueries({ queryKey: directoryKeys.tags });
    onClose();
    if (run) {
      void navigate({ to: "/desk/settings/bulk/$runId", params: { runId: String(run.id) } });
    }
  };
  return (
    <EditDialog
      title={t(verb === "rename" ? "tags.renameTitle" : "tags.mergeTitle", { name: tag.name })}
      onClose={onClose}
      dirty={name.trim() !== before}
      locked={false}
      saveLabel={t(verb === "rename" ? "tags.rename" : "tags.merge")}
      onSave={save}
    >
      <p>{t(verb === "rename" ? "tags.renameHint" : "tags.mergeHint", { name: tag.name })}</p>
      <TextField
        name={verb === "rename" ? "name" : "into"}
        label={t(verb === "rename" ? "tags.name" : "tags.into")}
        value={name}
        maxLength={50}
        list={verb === "merge" ? OFFERED : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      {verb === "merge" && (
        <datalist id={OFFERED}>
          {tags
            .filter((one) => one !== tag.name)
            .map((one) => (
              <option key={one} value={one} />
            ))}
        </datalist>
      )}
    </EditDialog>
  );
}
