// The samplesheet's lines as one channel element per run: [id, layout, file_of: {role: file}] and its files as fetch-run.sh reads them.

// Columns that a samplesheet must have; further ones are not looked at.
def columns() {
    return ['run', 'layout', 'file', 'role', 'bytes', 'md5', 'sources']
}

def runs_of(samplesheet) {
    def header = samplesheet.withReader { reader -> reader.readLine() ?: '' }
    def missing = columns() - header.split(',').collect { name -> name.trim() }.toList()
    if (missing) {
        error "${samplesheet.name}: missing column(s) ${missing.join(', ')}"
    }
    def lines = samplesheet.splitCsv(header: true, strip: true)
    return lines
        .groupBy { line -> line.run }
        .collect { id, files ->
            if (!(id ==~ /[A-Za-z0-9][A-Za-z0-9._-]*/)) {
                error "${samplesheet.name}: '${id}' is not a run accession"
            }
            def file_of = files.collectEntries { line -> [(line.role): line.file] }
            def options = files.collect { line -> ['file', 'role', 'bytes', 'md5', 'sources'].collect { name -> line[name] ?: '' }.join(',') }
            return [[id: id, layout: files[0].layout, file_of: file_of], options]
        }
}
