-- The portal says what a message leaves out. The rows are those that the policies show a requester.
grant select (extras) on atum.messages to atum_desk_contact;
