import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useDirectoryAwaited } from "@/api/directory";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { Picker } from "@/ui/Picker";
import type { TicketActions } from "../actions";
import { headNames, type PropertyName, table } from "../properties";
import classes from "./Facts.module.css";

const ChecklistFact = lazy(() => import("../checklists/ChecklistFact"));

type FactsProps = {
  ticket: Ticket;
  actions: TicketActions;
  opened: PropertyName | null;
  onOpen: (property: PropertyName | null) => void;
};

/** Status, priority, assignee, team: each a button with its list. */
export function TicketFacts(props: FactsProps) {
  return (
    // On a phone its buttons lie in one row that is pushed to the side.
    <div className={classes.facts} data-scrolls>
      {headNames.map((name) => (
        <Fact key={name} name={name} {...props} />
      ))}
      {props.ticket.checklist && (
        <Suspense>
          <ChecklistFact progress={props.ticket.checklist} />
        </Suspense>
      )}
    </div>
  );
}

function Fact({ name, ticket, actions, opened, onOpen }: FactsProps & { name: PropertyName }) {
  const { t } = useTranslation();
  const awaited = useDirectoryAwaited();
  const property = table[name];
  const options = property.useOptions?.(ticket) ?? [];
  const label = t(property.label);
  return (
    <Picker
      label={label}
      options={options}
      chosen={[property.valueIn(ticket)]}
      onPick={(value) => actions.set(name, value)}
      searching={awaited}
      opened={opened === name}
      onOpenedChange={(next) => onOpen(next ? name : null)}
    >
      <Button
        className={classes.fact}
        disabled={!ticket.can[property.needs]}
        title={label}
        onClick={() => onOpen(opened === name ? null : name)}
      >
        {property.Value && <property.Value ticket={ticket} />}
      </Button>
    </Picker>
  );
}
