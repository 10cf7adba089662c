"""The word for "password" in the languages that others have translated theirs into.

Sources: the catalogues of Linux-PAM 1.5 ("Password: "), GTK 3 and 4 ("_Password") and Django 5.2 ("Password"), in
small letters and without marks of shortcuts.
"""

_LISTED = """
adgangskode, awal n uɛeddi, contrasenya, contraseña, contrasigne, contrasigno, contrasinal, cyfrinair
facal-faire, fjalëkalim, focal faire, ger-tremen, geslo, gronidło, hasło, heslo, hesło, iphasiwedi, jelszó
kata laluan, lozinka, lykilorð, lösenord, mot de passe, mật khẩu, nenosiri, palavra-passe, parol, parola
parole, parolă, parool, pasahitza, passord, password, passwort, pasvorto, salasana, salasõna, sandi, senha
senhal, slaptažodis, wachtwoord, wagwoord, şifrə
ئىم, تێپەڕەوشە, كلمة السر, كلمة المرور, لفظ اجازت, پارول, گذرواژه
գաղտնաբառ
গুপ্তশব্দ, পাছৱৰ্ড, পাসওয়ার্ড
密码, 密碼
ажәамаӡа, лозинка, нууц үг, парол, парола, пароль, рамз, серсүз, сырсөз, құпия сөз
कूटशब्द, गुप्तशब्द, पासवर्ड, शब्दकूट
პაროლი
κωδικός πρόσβασης, συνθηματικό
પાસવર્ડ
ਪਾਸਵਰਡ
비밀번호, 암호
סיסמה, ססמה
ಗುಪ್ತಪದ, ಪ್ರವೇಶಪದ
パスワード
ពាក្យសម្ងាត់, ពាក្យសំងាត់
അടയാളവാക്ക്, പാസ്സ്വേഡ്, രഹസ്യവാക്ക്
စကားဝှက်
ପ୍ରବେଶ ସଂଙ୍କେତ, ପ୍ରବେଶ ସଙ୍କେତ
රහස්පදය
கடவுச்சொல்
సంకేతపదం, సంకేతపదము
รหัสผ่าน
"""

PASSWORD_WORDS = tuple(word.strip() for line in _LISTED.split("\n") for word in line.split(",") if word.strip())
