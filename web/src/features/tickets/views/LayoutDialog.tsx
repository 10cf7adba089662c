import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SelectField } from "@/ui/Form";
import { ColumnChoice } from "@/ui/ticketColumns/ColumnChoice";
import { asGroups, GroupField } from "../groups/GroupField";
import { type LayoutChange, layOutView, type View, viewQueryKeys } from "./api";
import { SortField } from "./SortField";
import { columnsOf, groupOf, sortOf, useViewName } from "./shownView";
import "./texts";

/** What the reader lays over a view for themselves: columns and their order, sort, groups, density. */
export default function LayoutDialog({ view, onClose }: { view: View; onClose: () => void }) {
  const { t } = useTranslation();
  const nameOf = useViewName();
  const [columns, setColumns] = useState<readonly string[]>(columnsOf(view));
  const [sort, setSort] = useState(sortOf(view));
  const [group, setGroup] = useState(groupOf(view));
  const [density, setDensity] = useState(view.own.density ?? "");
  const lay = useLayOut(view, onClose);
  const own = (one: boolean, value: unknown) => (one ? null : value);
  const save = () =>
    lay({
      columns: own(same(columns, view.columns), columns) as string[] | null,
      sort: own(sort === view.sort, sort) as LayoutChange["sort"],
      ...ownGroups(view, group),
      density: (density || null) as LayoutChange["density"],
    });
  return (
    <Dialog opened onClose={onClose} title={`${t("views.layout")} · ${nameOf(view)}`} width={440}>
      <p>{t("viewEditor.layoutHint")}</p>
      <SortField value={sort} onChange={setSort} />
      <SelectField
        name="density"
        label={t("tickets.density")}
        value={density}
        onChange={(event) => setDensity(event.currentTarget.value)}
        data={[
          { value: "", label: t("viewEditor.asElsewhere") },
          { value: "cosy", label: t("tickets.cosy") },
          { value: "compact", label: t("tickets.compact") },
        ]}
      />
      <GroupField value={group} onChange={setGroup} />
      <ColumnChoice hint={t("viewEditor.columnsHint")} columns={columns} onChange={setColumns} />
      <DialogActions>
        <Button
          size="l"
          onClick={() =>
            lay({ columns: null, sort: null, grouped: null, group_by: null, density: null })
          }
        >
          {t("viewEditor.reset")}
        </Button>
        <span className="grow" />
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button size="l" look="gold" onClick={save}>
          {t("viewEditor.save")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** What the reader's groups differ in from those of the view. */
function ownGroups(view: View, group: string): Pick<LayoutChange, "grouped" | "group_by"> {
  const { grouped, group_by = view.group_by } = asGroups(group);
  return {
    grouped: grouped === view.grouped ? null : grouped,
    group_by: group_by === view.group_by ? null : group_by,
  };
}

const same = (one: readonly string[], other: readonly string[]) => one.join() === other.join();

function useLayOut(view: View, onClose: () => void) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const nameOf = useViewName();
  return async (change: LayoutChange) => {
    try {
      const { data, changeId } = await layOutView(view.id, change);
      queryClient.setQueryData<View[]>(viewQueryKeys.list, (held) =>
        held?.map((one) => (one.id === view.id ? data : one)),
      );
      if (changeId !== null)
        offer({ changeId, message: t("viewEditor.laidOut", { name: nameOf(view) }) });
      onClose();
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
}
