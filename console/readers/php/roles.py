"""What the classes, functions and methods are that migrations use: what reaches a database, and what never does."""

from __future__ import annotations

import re

_FACADES = "Illuminate\\Support\\Facades\\"
ROLES = {
    "illuminate\\database\\schema\\builder": "schema",
    "illuminate\\database\\capsule\\manager": "db",
    "illuminate\\database\\connection": "db",
    "illuminate\\support\\str": "str",
    "illuminate\\support\\arr": "arr",
    "illuminate\\support\\collection": "collection",
    "illuminate\\foundation\\application": "app",
    "illuminate\\database\\eloquent\\model": "model",
    "spatie\\permission\\permissionregistrar": "harmless",
    "db.schema": "schema",
    "db.connection": "db",
    "config": "config",
    "app": "app",
    "db": "db",
    "schema": "schema",
    "artisan": "artisan",
}
"""Lower-case full name, or name in the container -> what it is."""
_HARMLESS = """
    cache cache.store log events files queue.failer view router url translator validator hash encrypter date redis
    ramsey\\uuid\\uuid carbon\\carbon carbon\\carbonimmutable carbon\\carboninterface illuminate\\support\\carbon
    illuminate\\support\\dateinterval datetime datetimeimmutable datetimezone dateinterval dateperiod exception
    runtimeexception logicexception invalidargumentexception throwable error stdclass arrayobject splfileobject
    illuminate\\support\\number illuminate\\support\\sleep illuminate\\support\\lottery
    illuminate\\support\\stringable illuminate\\support\\optional illuminate\\support\\fluent
    illuminate\\filesystem\\filesystem illuminate\\contracts\\cache\\repository illuminate\\cache\\cachemanager
    symfony\\component\\console\\output\\consoleoutput symfony\\component\\console\\output\\bufferedoutput
    symfony\\component\\console\\helper\\progressbar symfony\\component\\uid\\uuid symfony\\component\\uid\\ulid
    str arr carbon
""".split()
_HARMLESS_FACADES = """
    Cache Log Event File Storage Hash Crypt Lang URL View Route Redis RateLimiter Validator Date Http Request Session
    Cookie Blade Gate Password Response Redirect
""".split()
_DATABASE_FACADES = {"Schema": "schema", "DB": "db", "Config": "config", "App": "app", "Artisan": "artisan"}

ROLES.update(dict.fromkeys(_HARMLESS, "harmless"))
ROLES.update({"str": "str", "arr": "arr"})
ROLES.update({f"{_FACADES}{name}".lower(): "harmless" for name in _HARMLESS_FACADES})
ROLES.update({name.lower(): "harmless" for name in _HARMLESS_FACADES})
ROLES.update({f"{_FACADES}{name}".lower(): role for name, role in _DATABASE_FACADES.items()})


def role_of(name: str) -> str:
    """What a class is by its full name, or a service by its name; empty: not known."""
    return ROLES.get(name.lower().lstrip("\\"), "")


HARMLESS_FUNCTIONS = frozenset(
    """
    info logger dump sleep usleep event report set_time_limit ini_set ini_get gc_collect_cycles error_log printf
    print_r var_dump flush ob_start ob_end_clean ob_get_clean trigger_error assert mt_srand srand fopen fclose
    fgets fgetcsv fputs fwrite feof unlink mkdir copy is_file is_dir is_readable file_exists touch scandir
    file memory_get_usage memory_get_peak_usage memory_reset_peak_usage debug_backtrace error_reporting
    set_error_handler restore_error_handler setlocale mb_internal_encoding date_default_timezone_set
    date_default_timezone_get cache cookie session trans __ route url asset csrf_token request response redirect
    view abort_if abort_unless now today date time microtime hrtime uniqid random_int random_bytes rand mt_rand
    bcrypt password_hash hash hash_hmac gethostname php_sapi_name phpversion php_uname strtotime mktime gmdate
    checkdate date_create bin2hex hex2bin base64_encode base64_decode serialize unserialize json_decode encrypt
    decrypt fake faker number_format preg_replace preg_quote preg_split preg_match_all preg_replace_callback
    htmlspecialchars html_entity_decode strip_tags getenv extension_loaded sys_get_temp_dir tempnam posix_getpid
    getmypid filesize filemtime simplexml_load_file file_put_contents var_export gettype get_debug_type
    spl_object_id spl_object_hash iterator_to_array mb_convert_case mb_convert_encoding iconv similar_text
    levenshtein soundex metaphone money_format array_rand shuffle str_shuffle array_multisort natsort
    str_word_count wordwrap chunk_split substr_count strrpos stripos strstr strrchr strtr strcmp strcasecmp
    strncmp ctype_alpha ctype_digit ctype_upper ctype_lower filter_var parse_url http_build_query urlencode
    rawurlencode inet_pton inet_ntop ip2long long2ip sqrt round fmod array_product array_count_values str_split
    mb_str_split utf8_encode utf8_decode
    """.split()
)
"""They change no database; what they return is known only when the file is run."""

HARMLESS_METHODS = frozenset(
    """
    forgetinstance forgetinstances forgetcachedpermissions registerdoctrinetypemapping
    registercustomdoctrinetype getdatabaseplatform getdoctrineschemamanager getdoctrineconnection
    getdoctrinecolumn info warn line error comment newline alert write writeln askconfirm getoutput
    createprogressbar progressstart progressadvance progressfinish setdescription format diffindays tostring
    __tostring jsonserialize getmessage getcode gettrace getkeyname gettable getforeignkey getconnectionname
    getdatabasename getname getkey getattribute getattributes getoriginal all toarray tojson fill forcefill
    setattribute replicate makehidden count isempty isnotempty exists contains first last keys values pluck map
    filter unique flatten implode cases from tryfrom options labels names choices default types list
    """.split()
)
DATA_METHODS = frozenset(
    """
    save savequietly saveorfail savemany create createmany createquietly update updatequietly updateorfail
    delete deletequietly forcedelete restore push touch increment decrement attach detach sync
    syncwithoutdetaching toggle updateexistingpivot associate dissociate firstorcreate updateorcreate
    forcecreate insert upsert assignrole syncroles removerole givepermissionto syncpermissions
    revokepermissionto seed run truncate destroy
    """.lower().split()
)
"""On an object that is not read: they change rows."""
_READING = re.compile(r"(get|is|has|to|as|can)[A-Z]\w*")


def only_reads(method: str) -> bool:
    """Whether a method of an object that is not read is known by its name to change nothing."""
    return method.lower() in HARMLESS_METHODS or (
        _READING.fullmatch(method) is not None and "Or" not in method and "Create" not in method
    )


HARMLESS_COMMANDS = (
    "cache:",
    "config:",
    "view:",
    "route:",
    "event:",
    "optimize",
    "queue:restart",
    "permission:cache-reset",
    "about",
)
SCHEMA_COMMANDS = ("migrate", "schema:", "db:wipe", "tenants:", "module:migrate", "passport:", "telescope:", "horizon:")
"""Artisan commands that change more than rows."""
